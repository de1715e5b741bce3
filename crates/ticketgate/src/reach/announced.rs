//! Whether what listens is the gateway that wrote `gateway.json`.
//!
//! A gateway that was killed leaves the file behind, and its port may go to any other program. So the operator token is
//! sent only after what listens there has proved that it knows the token already.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clock::random;
use egress::{Egress, Kind, RequestBody};
use http::Request;
use seal::{Digest, proof};
use tokio::sync::OnceCell;

use crate::problem::{Exit, Problem};

/// The longest wait for the proof.
const PATIENCE: Duration = Duration::from_secs(10);

/// The largest answer of `/healthz`, which has three bytes.
const LARGEST: usize = 64 * 1024;

/// A gateway a file speaks of.
pub(super) struct Announced {
    data_dir: PathBuf,
    token: Digest,
    proved: OnceCell<()>,
}

impl Announced {
    /// What `gateway.json` in a data directory says; nobody has been asked yet.
    pub(super) fn new(data_dir: &Path, token: Digest) -> Self {
        Self { data_dir: data_dir.to_owned(), token, proved: OnceCell::new() }
    }

    /// Asks for the proof, once.
    pub(super) async fn prove(&self, egress: &Egress, base: &str) -> Result<(), Problem> {
        self.proved.get_or_try_init(|| self.ask(egress, base)).await.map(|_| ())
    }

    async fn ask(&self, egress: &Egress, base: &str) -> Result<(), Problem> {
        let bytes = random::bytes::<16>()
            .map_err(|error| Problem::new(Exit::Failed, "No challenge can be made.").because(error))?;
        let challenge: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let request = Request::get(format!("{base}/healthz"))
            .header(api::CHALLENGE, &challenge)
            .body(RequestBody::empty())
            .map_err(|error| {
                Problem::new(Exit::Unreachable, "gateway.json does not name a URL.").because(error)
            })?;
        let (head, _) =
            egress.fetch(request, PATIENCE, LARGEST).await.map_err(|error| self.gone(base, &error))?;
        let proofs = head.headers.get(api::PROOF).and_then(|proofs| proofs.to_str().ok());
        let expected = proof::of(&self.token, &challenge);
        match proofs {
            Some(proofs) if proofs.split(", ").any(|proof| proof == expected) => Ok(()),
            Some(_) => {
                Err(self.stranger(base, "It is a gateway, and does not know the token in gateway.json."))
            }
            None => Err(self.stranger(base, "It does not answer as a gateway does.")),
        }
    }

    fn gone(&self, base: &str, error: &egress::EgressError) -> Problem {
        if error.kind() != Kind::Unreachable {
            // Something is there: slow, or with a certificate that cannot be trusted. It may well be the gateway.
            return Problem::new(Exit::Unreachable, format!("No gateway answers at {base}."))
                .because(error)
                .advise("Look at its log; if it hangs, stop it and start it again with `ticketgate serve`.");
        }
        Problem::new(
            Exit::Unreachable,
            format!("The gateway of {} is not running: nothing listens at {base}.", self.data_dir.display()),
        )
        .because(format!("{error}\n{}", self.left_behind()))
        .advise("Start it again with `ticketgate serve`; it replaces the file. There is nothing to clean up.")
    }

    fn stranger(&self, base: &str, seen: &str) -> Problem {
        Problem::new(
            Exit::Unreachable,
            format!(
                "What answers at {base} is not the gateway of {}. It was not shown the operator token.",
                self.data_dir.display()
            ),
        )
        .because(format!("{seen}\n{}", self.left_behind()))
        .advise(
            "Start the gateway again with `ticketgate serve`, with another --listen if the port is taken; or name the data \
             directory of the one that runs with --data-dir.",
        )
    }

    fn left_behind(&self) -> String {
        format!(
            "{} names that address. A gateway that stops takes the file away: this one was killed, or crashed.",
            self.data_dir.join("gateway.json").display()
        )
    }
}
