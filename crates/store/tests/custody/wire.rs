//! A network that swallows everything, without a word.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use store::{FamilyChange, FamilyRow};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};

use crate::{at, change, family, grant, name, sharing};

/// A socket that leads to a server's, in a folder of its own. While `cuts` is odd nothing passes, and what was open then
/// never gets anything through again.
struct Wire {
    folder: tempfile::TempDir,
    cuts: Arc<AtomicU32>,
}

impl Wire {
    fn to(server: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        let (server, cuts) = (server.join(".s.PGSQL.5432"), Arc::new(AtomicU32::new(0)));
        let now = Arc::clone(&cuts);
        tokio::spawn(async move {
            while let Ok((gateway, _)) = listener.accept().await {
                let Ok(server) = UnixStream::connect(&server).await else { continue };
                let ((from_gateway, to_gateway), (from_server, to_server)) =
                    (gateway.into_split(), server.into_split());
                tokio::spawn(pass(from_gateway, to_server, Arc::clone(&now)));
                tokio::spawn(pass(from_server, to_gateway, Arc::clone(&now)));
            }
        });
        Self { folder, cuts }
    }

    /// Cuts the wire, or mends it.
    fn turn(&self) {
        self.cuts.fetch_add(1, Ordering::SeqCst);
    }
}

async fn pass(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, cuts: Arc<AtomicU32>) {
    let opened = cuts.load(Ordering::SeqCst);
    let mut bytes = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        if opened % 2 == 1 || cuts.load(Ordering::SeqCst) != opened {
            std::future::pending::<()>().await;
        }
        if to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}

/// Connections of one gateway.
const CONNECTIONS: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_swallows_everything_holds_nobody_up_for_long() {
    let Some(url) = testbase::database().unwrap() else { return };
    let folder = url.split_once('@').unwrap().1.rsplit_once('/').unwrap().0.to_owned();
    let wire = Arc::new(Wire::to(Path::new(&folder.replace("%2F", "/"))));
    let through = wire.folder.path().to_str().unwrap().replace('/', "%2F");
    let store = sharing(&url.replace(&folder, &through)).await;
    store.token_families().begin(&grant("g"), &family("g")).await.unwrap();
    // Every connection is in the middle of something when the wire is cut.
    let all_there = Arc::new(Barrier::new(CONNECTIONS));
    let calls: Vec<_> = (0..CONNECTIONS)
        .map(|number| {
            let (store, wire, all_there) = (store.clone(), Arc::clone(&wire), Arc::clone(&all_there));
            let decide = move |_: Option<&FamilyRow>| {
                tokio::task::block_in_place(|| {
                    if all_there.wait().is_leader() {
                        wire.turn();
                    }
                    // Nobody goes on before it is cut.
                    all_there.wait();
                });
                ((), FamilyChange::None)
            };
            let name = name(&format!("g{number}"));
            tokio::spawn(async move { store.token_families().change(&name, at(50), decide).await })
        })
        .collect();
    let answered = tokio::time::timeout(Duration::from_secs(30), async {
        for call in calls {
            let error = call.await.unwrap().unwrap_err();
            assert!(error.may_pass(), "{error:?}");
        }
        assert!(store.custody_reachable().await.is_err());
    });
    answered.await.unwrap();
    wire.turn();
    let mended = tokio::time::timeout(Duration::from_secs(30), async {
        while store.token_families().get(&name("g")).await.is_err() {}
        change(&store, at(50), |row| (row.is_some(), FamilyChange::None)).await
    });
    assert!(mended.await.unwrap().unwrap());
    tokio::time::timeout(Duration::from_secs(10), store.close()).await.unwrap();
}
