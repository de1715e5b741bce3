use tokio::io::AsyncWriteExt as _;

use super::*;

/// What a connection says it is when the client writes these pieces one after the other, and what is read from it.
async fn opened(pieces: &[&[u8]]) -> io::Result<(Version, Vec<u8>)> {
    let (mut client, server) = tokio::io::duplex(1024);
    let writing = async {
        for piece in pieces {
            client.write_all(piece).await.unwrap();
            tokio::task::yield_now().await;
        }
        drop(client);
    };
    let reading = async {
        let mut opened = Opened::read(server).await?;
        let mut all = Vec::new();
        opened.read_to_end(&mut all).await?;
        Ok((opened.version(), all))
    };
    tokio::join!(writing, reading).1
}

#[tokio::test]
async fn only_the_whole_preface_is_http_2() {
    assert_eq!(opened(&[PREFACE]).await.unwrap().0, Version::Two);
    for changed in 0..PREFACE.len() {
        let mut other = *PREFACE;
        other[changed] ^= 1;
        assert_eq!(opened(&[&other, b"more"]).await.unwrap().0, Version::One, "byte {changed}");
        assert_eq!(opened(&[&PREFACE[..=changed]]).await.unwrap().0 == Version::Two, changed == 23);
    }
    assert_eq!(opened(&[b"PRI /projects HTTP/1.1\r\n\r\n"]).await.unwrap().0, Version::One);
}

#[tokio::test]
async fn every_byte_is_read_once_wherever_the_pieces_end() {
    for whole in [&b"POST /rest/api/3/issue HTTP/1.1\r\n\r\n"[..], &[&PREFACE[..], b"and frames"].concat()] {
        for at in 0..=whole.len() {
            let (one, other) = whole.split_at(at);
            let (version, all) = opened(&[one, other]).await.unwrap();
            assert_eq!(all, whole);
            assert_eq!(version == Version::Two, whole.starts_with(PREFACE));
        }
    }
}

#[tokio::test]
async fn what_was_read_comes_together_with_what_follows() {
    let head = b"GET /rest/api/3/issue/REL-1 HTTP/1.1\r\nHost: jira\r\n\r\n";
    let (mut client, server) = tokio::io::duplex(1024);
    client.write_all(head).await.unwrap();
    let mut opened = Opened::read(server).await.unwrap();
    let mut buffer = [0; 1024];
    assert_eq!(opened.read(&mut buffer).await.unwrap(), head.len());
}

#[tokio::test]
async fn small_buffers_get_it_in_parts() {
    let (mut client, server) = tokio::io::duplex(1024);
    client.write_all(PREFACE).await.unwrap();
    let mut opened = Opened::read(server).await.unwrap();
    let mut buffer = [0; 10];
    let mut parts = Vec::new();
    for _ in 0..3 {
        parts.push(opened.read(&mut buffer).await.unwrap());
    }
    assert_eq!(parts, [10, 10, 4]);
}

#[tokio::test]
async fn a_client_that_leaves_without_a_byte_is_an_error() {
    assert_eq!(opened(&[]).await.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
}

/// Gives a head, and from then on an error.
struct Broken(Option<&'static [u8]>);

impl AsyncRead for Broken {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.0.take() {
            Some(bytes) => buffer.put_slice(bytes),
            None => return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
        }
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn what_came_before_a_failure_is_read_and_then_the_failure() {
    let mut opened = Opened::read(Broken(Some(b"GET / HTTP/1.0\r\n\r\n"))).await.unwrap();
    let mut buffer = [0; 64];
    assert_eq!(opened.read(&mut buffer).await.unwrap(), 18);
    assert_eq!(opened.read(&mut buffer).await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
}
