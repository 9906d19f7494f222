//! Keys in every format, refusals by kind, and the agreement with the openssl command.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qris_snap::sign::{
    Encodings, KeyError, KeySize, PrivateKey, PublicKey, Secret, StringToSign, sign_hmac, sign_rsa,
    verify_rsa,
};

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match u8::try_from(content.len()).ok().filter(|length| *length < 0x80) {
        Some(length) => out.push(length),
        None => {
            out.push(0x82);
            out.extend_from_slice(&u16::try_from(content.len()).unwrap().to_be_bytes());
        }
    }
    out.extend_from_slice(content);
    out
}

const RSA_ALGORITHM: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
const EC_ALGORITHM: &[u8] = &[
    0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
    0x01, 0x07,
];

/// An RSAPublicKey with a modulus of so many bits, all ones.
fn rsa_public(bits: usize) -> Vec<u8> {
    let mut modulus = vec![0];
    modulus.extend(vec![0xff; bits / 8]);
    element(0x30, &[element(0x02, &modulus), element(0x02, &[1, 0, 1])].concat())
}

fn spki(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    let bits = [&[0][..], key].concat();
    element(0x30, &[element(0x30, algorithm), element(0x03, &bits)].concat())
}

fn private_der(private: &PrivateKey) -> Vec<u8> {
    pem::parse(private.to_pem().unwrap().as_str()).unwrap().into_contents()
}

#[test]
fn every_format_of_a_key_is_read() {
    let private = PrivateKey::generate(KeySize::RSA_2048).unwrap();
    let public = private.public_key().unwrap();
    let text = StringToSign::token("client", "time");
    let signature = sign_rsa(&private, &text).unwrap();

    let pkcs8 = private_der(&private);
    // PKCS#8 of a 2048-bit key is 26 bytes of wrapping around PKCS#1; SPKI is 24 bytes around the other.
    let pkcs1 = pkcs8[26..].to_vec();
    let private_pem = |label: &str, der: &[u8]| pem::encode(&pem::Pem::new(label, der)).into_bytes();
    let privates = [
        pkcs8.clone(),
        pkcs1.clone(),
        private_pem("PRIVATE KEY", &pkcs8),
        private_pem("RSA PRIVATE KEY", &pkcs1),
        STANDARD.encode(&pkcs8).into_bytes(),
        format!("  {}\n", STANDARD.encode(&pkcs1)).into_bytes(),
    ];
    for (index, file) in privates.iter().enumerate() {
        let key = PrivateKey::read(file).unwrap_or_else(|error| panic!("{index}: {error}"));
        assert_eq!(key.size(), KeySize::RSA_2048);
        assert_eq!(sign_rsa(&key, &text).unwrap(), signature, "{index}");
        assert_eq!(PublicKey::read(file).unwrap_err(), KeyError::PrivateForPublic, "{index}");
    }

    let spki = pem::parse(public.to_pem().unwrap()).unwrap().into_contents();
    let rsa = spki[24..].to_vec();
    let publics = [
        spki.clone(),
        rsa.clone(),
        private_pem("PUBLIC KEY", &spki),
        private_pem("RSA PUBLIC KEY", &rsa),
        STANDARD.encode(&spki).into_bytes(),
        STANDARD.encode(&rsa).into_bytes(),
    ];
    for (index, file) in publics.iter().enumerate() {
        let key = PublicKey::read(file).unwrap_or_else(|error| panic!("{index}: {error}"));
        assert_eq!(verify_rsa(&key, &text, &signature, Encodings::Base64), Ok(()), "{index}");
        assert_eq!(PrivateKey::read(file).unwrap_err(), KeyError::PublicForPrivate, "{index}");
    }
    assert_eq!(
        format!("{private:?} {public:?}"),
        "PrivateKey(RSA, 2048 bits, hidden) PublicKey(RSA, 2048 bits)"
    );
}

/// Keys as they come out of consoles, variables and other programs.
#[test]
fn a_key_is_read_however_it_was_packed() {
    let private = PrivateKey::generate(KeySize::RSA_2048).unwrap();
    let public = private.public_key().unwrap();
    let text = StringToSign::token("client", "time");
    let signature = sign_rsa(&private, &text).unwrap();
    let packed = |pem: &str| -> Vec<(&str, Vec<u8>)> {
        let wide = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
            [&mark[..], &pem.encode_utf16().flat_map(bytes).collect::<Vec<_>>()].concat()
        };
        vec![
            ("line ends written out", pem.replace('\n', "\\n").into_bytes()),
            ("line ends of Windows written out", pem.replace('\n', "\\r\\n").into_bytes()),
            ("in quotes", format!("\"{}\"\n", pem.replace('\n', "\\n")).into_bytes()),
            ("in one line", pem.replace('\n', "").into_bytes()),
            ("with blanks for line ends", pem.replace('\n', " ").into_bytes()),
            ("CRLF", pem.replace('\n', "\r\n").into_bytes()),
            ("UTF-16 of Windows", wide([0xff, 0xfe], u16::to_le_bytes)),
            ("UTF-16, the other order", wide([0xfe, 0xff], u16::to_be_bytes)),
            ("UTF-8 with a mark", format!("\u{feff}{pem}").into_bytes()),
            ("Base64 of PEM", STANDARD.encode(pem).into_bytes()),
        ]
    };
    for (how, file) in packed(&private.to_pem().unwrap()) {
        let key = PrivateKey::read(&file).unwrap_or_else(|error| panic!("{how}: {error}"));
        assert_eq!(sign_rsa(&key, &text).unwrap(), signature, "{how}");
    }
    for (how, file) in packed(&public.to_pem().unwrap()) {
        let key = PublicKey::read(&file).unwrap_or_else(|error| panic!("{how}: {error}"));
        assert_eq!(verify_rsa(&key, &text, &signature, Encodings::Base64), Ok(()), "{how}");
    }
}

/// Made with `ssh-keygen -t rsa -b 2048`, and written as PEM with `ssh-keygen -e -m PKCS8`.
#[test]
fn keys_of_openssh_are_read_or_named() {
    let read = |file: &[u8]| PublicKey::read(file).and_then(|key| key.to_pem());
    let ssh = include_bytes!("data/ssh-rsa.pub");
    assert_eq!(read(ssh), Ok(include_str!("data/ssh-rsa.pem").to_owned()));
    assert_eq!(PrivateKey::read(ssh).unwrap_err(), KeyError::PublicForPrivate);
    assert_eq!(read(b"ssh-rsa AAAA"), Err(KeyError::Unreadable));
    assert_eq!(read(b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== a"), Err(KeyError::NotRsa));
    let private =
        b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----\n";
    assert_eq!(PrivateKey::read(private).unwrap_err(), KeyError::OpenSsh);
    assert!(KeyError::OpenSsh.to_string().contains("ssh-keygen -p -m PEM"));
}

#[test]
fn what_is_no_fitting_key_says_what_it_is() {
    let public = |file: &[u8]| PublicKey::read(file).unwrap_err();
    let private = |file: &[u8]| PrivateKey::read(file).unwrap_err();
    assert_eq!(public(b""), KeyError::FileSize(0));
    assert_eq!(public(&[b'A'; 20_000]), KeyError::FileSize(20_000));
    assert_eq!(public(&[b'A'; 16_385]), KeyError::FileSize(16_385));
    assert_eq!(public(&[b'-'; 16_384]), KeyError::Unreadable, "16 KiB are read");
    assert_eq!(public(b"not a key"), KeyError::Unreadable);
    assert_eq!(public(b"\xff\xfe"), KeyError::Unreadable);
    assert_eq!(public(b"-----BEGIN PUBLIC KEY-----\n"), KeyError::Unreadable);
    for bits in [1024, 2040, 4104] {
        assert_eq!(public(&spki(RSA_ALGORITHM, &rsa_public(bits))), KeyError::Size(bits));
        assert_eq!(public(&rsa_public(bits)), KeyError::Size(bits));
    }
    assert_eq!(public(&spki(EC_ALGORITHM, &[4; 65])), KeyError::NotRsa);
    let ec_private =
        element(0x30, &[vec![2, 1, 0], element(0x30, EC_ALGORITHM), element(4, &[0; 32])].concat());
    assert_eq!(private(&ec_private), KeyError::NotRsa);
    // EncryptedPrivateKeyInfo: an algorithm (PBES2), then the octets.
    let pbes2 = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
    let encrypted = element(0x30, &[element(0x30, &pbes2), element(4, &[0; 64])].concat());
    assert_eq!(private(&encrypted), KeyError::Encrypted);
    let labelled = |label: &str| pem::encode(&pem::Pem::new(label, vec![0x30, 0])).into_bytes();
    assert_eq!(private(&labelled("ENCRYPTED PRIVATE KEY")), KeyError::Encrypted);
    assert_eq!(public(&labelled("CERTIFICATE")), KeyError::Certificate);
    assert_eq!(private(&labelled("EC PRIVATE KEY")), KeyError::NotRsa);
    assert_eq!(private(&labelled("PGP MESSAGE")), KeyError::Label("PGP MESSAGE".into()));
    // The right outline around numbers that are no key.
    assert_eq!(
        public(&spki(
            RSA_ALGORITHM,
            &element(0x30, &[element(0x02, &[0xff; 256]), element(0x02, &[2])].concat())
        )),
        KeyError::Refused
    );
    let key = PrivateKey::generate(KeySize::RSA_2048).unwrap();
    let mut der = private_der(&key);
    for at in [40, 300, 600, 1000] {
        der[at] ^= 0x55;
        assert!(PrivateKey::read(&der).is_err(), "byte {at}");
        der[at] ^= 0x55;
    }
    assert!(PrivateKey::read(&der[..der.len() - 1]).is_err());
}

#[test]
fn the_crate_rsa_is_not_used() {
    let lock = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock")).unwrap();
    assert!(lock.contains("name = \"aws-lc-rs\""));
    assert!(!lock.contains("name = \"rsa\""), "RUSTSEC-2023-0071");
}

#[test]
fn errors_have_different_words() {
    let errors = [
        KeyError::Unreadable,
        KeyError::Encrypted,
        KeyError::Certificate,
        KeyError::PublicForPrivate,
        KeyError::PrivateForPublic,
        KeyError::NotRsa,
        KeyError::Size(1024),
        KeyError::Refused,
    ];
    let mut words: Vec<String> = errors.iter().map(ToString::to_string).collect();
    words.sort();
    words.dedup();
    assert_eq!(words.len(), errors.len());
}

fn openssl(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("openssl").current_dir(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn openssl_agrees_where_it_is_installed() {
    let found = Command::new("openssl").arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        eprintln!("openssl is not installed: nothing to compare with");
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("openssl-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let text = StringToSign::from_bytes("POST:/v1.0/qr/qr-mpm-generate:é:time".as_bytes());
    fs::write(folder.join("text"), text.expose()).unwrap();

    for bits in ["2048", "3072"] {
        openssl(
            &folder,
            &[
                "genpkey",
                "-quiet",
                "-algorithm",
                "RSA",
                "-pkeyopt",
                &format!("rsa_keygen_bits:{bits}"),
                "-out",
                "k.pem",
            ],
        );
        openssl(&folder, &["rsa", "-in", "k.pem", "-traditional", "-out", "k1.pem"]);
        openssl(
            &folder,
            &["pkcs8", "-topk8", "-nocrypt", "-in", "k.pem", "-outform", "DER", "-out", "k.der"],
        );
        openssl(&folder, &["pkey", "-in", "k.pem", "-pubout", "-out", "p.pem"]);
        openssl(&folder, &["pkey", "-in", "k.pem", "-pubout", "-outform", "DER", "-out", "p.der"]);
        openssl(&folder, &["rsa", "-in", "k.pem", "-RSAPublicKey_out", "-out", "p1.pem"]);
        let theirs = STANDARD.encode(openssl(&folder, &["dgst", "-sha256", "-sign", "k.pem", "text"]));
        for file in ["k.pem", "k1.pem", "k.der"] {
            let key = PrivateKey::read(&read(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert_eq!(sign_rsa(&key, &text).unwrap(), theirs, "{file}");
        }
        for file in ["p.pem", "p.der", "p1.pem"] {
            let key = PublicKey::read(&read(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert_eq!(verify_rsa(&key, &text, &theirs, Encodings::Base64), Ok(()), "{file}");
        }
    }

    // Ours to theirs: a key made here, a signature made here.
    let key = PrivateKey::generate(KeySize::RSA_2048).unwrap();
    fs::write(folder.join("ours.pem"), key.to_pem().unwrap().as_bytes()).unwrap();
    fs::write(folder.join("ours.pub"), key.public_key().unwrap().to_pem().unwrap()).unwrap();
    fs::write(folder.join("ours.sig"), STANDARD.decode(sign_rsa(&key, &text).unwrap()).unwrap()).unwrap();
    openssl(&folder, &["rsa", "-in", "ours.pem", "-check", "-noout"]);
    let verdict =
        openssl(&folder, &["dgst", "-sha256", "-verify", "ours.pub", "-signature", "ours.sig", "text"]);
    assert!(String::from_utf8_lossy(&verdict).contains("Verified OK"));

    // An encrypted key, a certificate and another algorithm, as openssl writes them.
    openssl(&folder, &["pkcs8", "-topk8", "-in", "k.pem", "-passout", "pass:x", "-out", "enc.pem"]);
    assert_eq!(PrivateKey::read(&read("enc.pem")).unwrap_err(), KeyError::Encrypted);
    openssl(
        &folder,
        &["rsa", "-in", "k.pem", "-traditional", "-aes128", "-passout", "pass:x", "-out", "enc1.pem"],
    );
    assert_eq!(PrivateKey::read(&read("enc1.pem")).unwrap_err(), KeyError::Encrypted);
    openssl(
        &folder,
        &["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "ec.pem"],
    );
    assert_eq!(PrivateKey::read(&read("ec.pem")).unwrap_err(), KeyError::NotRsa);
    openssl(&folder, &["req", "-x509", "-new", "-key", "k.pem", "-subj", "/CN=x", "-out", "c.pem"]);
    assert_eq!(PublicKey::read(&read("c.pem")).unwrap_err(), KeyError::Certificate);

    let mac = openssl(&folder, &["dgst", "-sha512", "-hmac", "myclientsecret", "-binary", "text"]);
    assert_eq!(sign_hmac(&Secret::new("myclientsecret"), &text), STANDARD.encode(mac));
    fs::remove_dir_all(&folder).unwrap();
}
