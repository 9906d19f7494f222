//! One bad neighbour harms nobody: connections, bodies and answers that never end.

use std::io::Read;
use std::net::{IpAddr, TcpStream};

use super::*;

/// Longer than any test waits: whatever is answered before was not waited for.
const LONG: Duration = Duration::from_secs(120);

/// A connection from another address of this machine.
fn connect_from(ip: [u8; 4], url: &str) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind((IpAddr::from(ip), 0).into()).unwrap();
        socket.connect(client::address(url)).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

fn get_from(ip: [u8; 4], url: &str, target: &str) -> client::Answer {
    let mut stream = connect_from(ip, url);
    let head = format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    read_answer(&mut stream)
}

/// Requests whose bodies never end. Some connections may be closed at once.
fn unfinished(url: &str, target: &str, count: usize) -> Vec<TcpStream> {
    let head =
        format!("POST {target} HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=X\r\n");
    let open = |_| {
        let mut stream = connect(url);
        let _ = stream.write_all(format!("{head}Content-Length: 100\r\n\r\n--X").as_bytes());
        stream
    };
    (0..count).map(open).collect()
}

#[test]
fn one_address_cannot_take_all_connections() {
    let limits =
        Limits { connections: 40, connections_per_address: 30, request_time: LONG, ..Limits::default() };
    let gateway = Running::start(limits);
    let hanging = unfinished(&gateway.url, "/inspect", 300);
    assert_eq!(get_from([127, 0, 0, 2], &gateway.url, "/healthz").status, 200);
    assert_eq!(get(&gateway.health_url, "/healthz").text(), "ok\n");
    assert_eq!(get(&gateway.health_url, "/readyz").text(), "ready\n");
    assert_eq!(get(&gateway.health_url, "/metrics").status, 404);
    // A half of all is the most, whatever is configured: twenty of the three hundred are open.
    let open = |mut stream: &TcpStream| {
        stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let error = stream.read(&mut [0]).err();
        error.is_some_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    };
    assert_eq!(hanging.iter().filter(|stream| open(stream)).count(), 20);
}

#[test]
fn every_body_and_every_answer_has_its_time() {
    let gateway = Running::start(Limits { request_time: Duration::from_secs(1), ..Limits::default() });
    for target in ["/inspect", "/requests/login", "/sandbox/v1/pay", "/v1.0/qr/qr-mpm-query"] {
        let mut hanging = unfinished(&gateway.url, target, 1).remove(0);
        let mut bytes = [0; 12];
        hanging.read_exact(&mut bytes).unwrap_or_else(|error| panic!("{target}: {error}"));
    }
    // Answers that nobody takes: the connection ends, which writing to it finds out.
    let mut deaf = connect(&gateway.url);
    deaf.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
    let ask = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100);
    let began = Instant::now();
    loop {
        match deaf.write_all(ask.as_bytes()) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
        assert!(began.elapsed() < Duration::from_secs(30), "it goes on for ever");
    }
}

#[test]
fn unfinished_bodies_take_nobody_s_turn() {
    let gateway = Running::start(Limits { concurrency: 2, request_time: LONG, ..Limits::default() });
    let demo = gateway.demo();
    let token = demo.token(&gateway.url);
    let _hanging = unfinished(&gateway.url, demo.path("generate"), 60);
    for _ in 0..25 {
        demo.generate(&gateway.url, &token, "10000.00");
    }
}

#[test]
fn the_bodies_of_one_address_have_their_memory() {
    let limits = Limits { bodies: 16 << 20, request_time: LONG, ..Limits::default() };
    let gateway = Running::start(limits);
    let head = "POST /inspect HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2200000\r\n\
                Content-Type: multipart/form-data; boundary=X\r\n\r\n";
    let part = "--X\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a\"\r\n\r\n";
    let send = |mut stream: TcpStream| {
        stream.write_all([head, part].concat().as_bytes()).unwrap();
        let _ = stream.write_all(&vec![7; 2_000_000]);
        stream
    };
    let mut streams: Vec<TcpStream> = (0..3).map(|_| send(connect(&gateway.url))).collect();
    // Which of them finds no room is not said; one does.
    let refused = (0..3).any(|n| {
        let mut bytes = [0; 12];
        streams[n].set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        streams[n].read_exact(&mut bytes).is_ok() && bytes.ends_with(b"429")
    });
    assert!(refused, "a quarter of 16 MiB has no room for three bodies of 2 MB");
    let mut other = send(connect_from([127, 0, 0, 2], &gateway.url));
    other.write_all(&vec![7; 200_000 - part.len()]).unwrap();
    // Too large a picture, or a form that ends early: whichever is seen first, it was read.
    let status = read_answer(&mut other).status;
    assert!([400, 413].contains(&status), "{status}: there is room for others");
}

/// Five wrong passwords, and then one every half a minute: behind a proxy that kept the operator out.
#[test]
fn whoever_guesses_locks_out_itself_alone() {
    let hash = cheap_hash("right");
    let gateway = Running::with(Limits::default(), |config| {
        config.operator_password_hash = Some(hash);
        config.trusted_proxies = ["127.0.0.1/32".parse().unwrap()].into();
    });
    assert_eq!(get(&gateway.url, "/operator/login").status, 404, "not for the public");
    let form = get(&gateway.admin_url, "/operator/login");
    let cookie = form.header("set-cookie").unwrap();
    let csrf = form.text().split("name=\"csrf\" value=\"").nth(1).unwrap()[..64].to_owned();
    let guess = |secret: &str, forwarded: &str| {
        let headers = [
            ("Cookie", cookie.split(';').next().unwrap()),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("X-Forwarded-For", forwarded),
        ];
        let form = format!("secret={secret}&csrf={csrf}");
        send(&gateway.admin_url, "POST", "/operator/login", &headers, form.as_bytes()).status
    };
    let statuses: Vec<u16> =
        (0..8).map(|n| guess("wrong", &format!("203.0.113.{n}, 198.51.100.7"))).collect();
    assert_eq!(statuses, [403, 403, 403, 403, 403, 429, 429, 429], "whatever it claims to be");
    assert_eq!(guess("right", "198.51.100.7"), 429);
    assert_eq!(guess("right", "198.51.100.8"), 303);
}

/// A hash with the least work Argon2 allows: the work is not what is tested.
fn cheap_hash(password: &str) -> String {
    use argon2::password_hash::PasswordHasher;
    let params = argon2::Params::new(8, 1, 1, None).unwrap();
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    argon2.hash_password(password.as_bytes()).unwrap().to_string()
}
