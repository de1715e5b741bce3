use oauth::Stopped;

use crate::Control;

impl Control {
    /// Makes a change whatever becomes of whoever waits for this: it runs to its end when this is dropped.
    ///
    /// # Errors
    /// When it stopped without an answer.
    pub async fn carry_through<T>(
        &self,
        change: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Stopped>
    where
        T: Send + 'static,
    {
        self.parts().clients.carry_through(change).await
    }

    /// Waits until no change is under way any more, of operators, clients and people: at the end, before the audit stops. Bound
    /// it, should one hang.
    pub async fn settled(&self) {
        self.parts().clients.settled().await;
    }
}
