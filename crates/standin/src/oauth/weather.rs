//! Standing trouble on the way to the token endpoints, drawn from a seed: what a harness runs under for hours.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::steering::faults::Effect;
use crate::world::random::Random;

/// What `PUT /standin/oauth/weather` takes. The shares are between 0 and 1, and their sum is at most 1.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Forecast {
    #[serde(default)]
    seed: u64,
    /// The connection breaks and nothing was changed.
    #[serde(default)]
    lose_before: f64,
    /// The tokens were rotated and the connection breaks.
    #[serde(default)]
    lose_after: f64,
    /// 503, and nothing was changed.
    #[serde(default)]
    fail_5xx: f64,
    /// 502, and the tokens were rotated.
    #[serde(default)]
    fail_5xx_after: f64,
    /// A wait before the work, between these milliseconds.
    #[serde(default)]
    delay_ms: [u64; 2],
}

/// The forecast in force, and what came of it.
#[derive(Debug, Default)]
pub(crate) struct Weather {
    forecast: Option<Forecast>,
    random: Option<Random>,
    tally: Tally,
}

#[derive(Debug, Default, Clone, Serialize)]
struct Tally {
    requests: u64,
    lost_before: u64,
    lost_after: u64,
    failed_5xx: u64,
    failed_5xx_after: u64,
}

/// What happens to one request.
#[derive(Debug)]
pub(crate) struct Gust {
    pub(crate) delay: Duration,
    pub(crate) effect: Option<Effect>,
}

impl Forecast {
    /// Whether it can be kept to.
    fn is_sound(&self) -> bool {
        let shares = [self.lose_before, self.lose_after, self.fail_5xx, self.fail_5xx_after];
        let [least, most] = self.delay_ms;
        shares.iter().all(|share| (0.0..=1.0).contains(share))
            && shares.iter().sum::<f64>() <= 1.0
            && least <= most
            && most <= 60_000
    }
}

impl Weather {
    /// Changes the weather, and counts from nothing; false when the forecast cannot be.
    pub(crate) fn set(&mut self, forecast: Forecast) -> bool {
        let sound = forecast.is_sound();
        if sound {
            *self = Self {
                random: Some(Random::new(forecast.seed)),
                forecast: Some(forecast),
                ..Self::default()
            };
        }
        sound
    }

    /// The forecast and the tally.
    pub(crate) fn show(&self) -> Value {
        json!({"weather": self.forecast, "happened": self.tally})
    }

    /// What happens to the next request: the same sequence for the same seed.
    pub(crate) fn next(&mut self) -> Option<Gust> {
        let forecast = self.forecast.as_ref()?;
        let random = self.random.as_mut()?;
        // Two draws per request, whatever comes of them, so that one outcome does not shift the next.
        let (luck, wait) = (random.share(), random.next());
        let [least, most] = forecast.delay_ms;
        let delay = Duration::from_millis(least + wait % (most - least + 1));
        self.tally.requests += 1;
        let mut edge = 0.0;
        let mut below = |share: f64| {
            edge += share;
            luck < edge
        };
        let effect = if below(forecast.lose_before) {
            self.tally.lost_before += 1;
            Some(Effect::ResetBeforeAnswer)
        } else if below(forecast.lose_after) {
            self.tally.lost_after += 1;
            Some(Effect::ResetAfterWork)
        } else if below(forecast.fail_5xx) {
            self.tally.failed_5xx += 1;
            Some(Effect::answer(503))
        } else if below(forecast.fail_5xx_after) {
            self.tally.failed_5xx_after += 1;
            Some(Effect::answer_after_work(502))
        } else {
            None
        };
        Some(Gust { delay, effect })
    }
}
