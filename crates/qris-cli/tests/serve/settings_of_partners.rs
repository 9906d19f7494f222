//! `qris gateway partner show` and `set`, and where notifications may go.

use super::*;

#[test]
fn a_url_that_no_notification_will_go_to_is_refused_when_it_is_registered() {
    let serve = Serve::start(&["--no-demo"]);
    let id = serve.add_partner("keys", &[]).json()["client_id"].as_str().unwrap().to_owned();
    let set = |more: &[&str]| serve.gateway(&[&["partner", "set", &id], more].concat());
    for url in [
        "http://shop.example/",
        "https://10.0.0.1/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://a:b@c/",
    ] {
        for option in ["--notify-url", "--notify-token-url"] {
            for refused in [serve.add_partner("keys", &[option, url]), set(&[option, url])] {
                assert_eq!(refused.code, 2, "{option} {url}");
                assert!(refused.stderr.contains("https:// URL on the public internet"), "{}", refused.stderr);
            }
        }
    }
    let local = ["--notify-url", "http://127.0.0.1:9/notify"];
    assert!(set(&local).stderr.contains("--sandbox"));
    assert_eq!(set(&[&local[..], &["--sandbox"]].concat()).code, 0);
    assert_eq!(set(&["--sandbox", "--notify-url", "http://10.0.0.1/"]).code, 2);
    let header = set(&["--notify-header", "Host=elsewhere.example"]);
    assert!(header.code == 2 && header.stderr.contains("belongs to the connection"), "{}", header.stderr);
    assert_eq!(serve.gateway(&["partner", "list", "--json"]).json().as_array().unwrap().len(), 1);
}

#[test]
fn a_partner_is_shown_and_changed() {
    let serve = Serve::start(&["--sandbox", "--no-demo"]);
    let added = serve.add_partner("keys", &["--notify-header", "X-KEY=the secret of a header"]).json();
    let partner = Partner::new(added);
    let (id, url) = (partner.text("client_id").to_owned(), serve.url());
    let show = || serve.gateway(&["partner", "show", &id, "--json"]);
    let set = |more: &[&str]| {
        let changed = serve.gateway(&[&["partner", "set", &id, "--json"], more].concat());
        assert_eq!(changed.code, 0, "{more:?}: {}", changed.stderr);
        assert_eq!(changed.json(), show().json(), "what is said is what is stored");
        changed.json()
    };
    let first = show().json();
    assert_eq!((&first["name"], &first["notify_headers"]), (&json!("Toko"), &json!(["X-KEY"])));
    assert_eq!(
        (&first["notify_url"], &first["policy"]["timestamp.windowSeconds"]),
        (&Value::Null, &json!("300"))
    );
    let table = serve.gateway(&["partner", "show", &id]).text();
    for shown in [&show().text(), &table] {
        assert!(!shown.contains("the secret") && !shown.contains(partner.text("client_secret")), "{shown}");
    }
    assert!(table.contains("timestamp.windowSeconds") && table.contains("notify url"), "{table}");

    let named = set(&["--name", "Kedai", "--notify-url", "https://203.0.114.1/n", "--notify-sign", "hmac"]);
    assert_eq!((&named["name"], &named["notify_sign"]), (&json!("Kedai"), &json!("hmac")));
    assert_eq!(named["notify_token_url"], "https://203.0.114.1/v1.0/access-token/b2b");
    let moved = set(&[
        "--notify-url",
        "https://203.0.114.2/n",
        "--notify-header",
        "X-KEY=",
        "--notify-header",
        "X-B=1",
    ]);
    assert_eq!(moved["notify_token_url"], "https://203.0.114.2/v1.0/access-token/b2b", "it follows");
    assert_eq!(moved["notify_headers"], json!(["X-B"]));
    let own = set(&["--notify-token-url", "https://203.0.114.3/t"]);
    assert_eq!(set(&["--notify-url", "https://203.0.114.4/n"])["notify_token_url"], own["notify_token_url"]);
    assert_eq!(set(&["--no-notify-url", "--no-notify-token-url"])["notify_url"], Value::Null);

    // The running gateway follows.
    let token = partner.token(url);
    partner.generate(url, &token, "1.00");
    let mut mounted = partner.object.clone();
    mounted["paths"]["generate"] = "/api/v1.0/qr/qr-mpm-generate".into();
    let mounted = Partner::new(mounted);
    let body = json!({
        "partnerReferenceNo": unique(), "merchantId": partner.text("merchant_id"),
        "amount": { "value": "1.00", "currency": "IDR" },
    });
    assert_eq!(mounted.call(url, &token, "generate", &body).status, 404);
    set(&["--mount", "/api"]);
    assert_eq!(show().json()["paths"]["generate"], "/api/v1.0/qr/qr-mpm-generate");
    assert_eq!(show().json()["policy"]["prefixes"], "/api");
    mounted.generate(url, &token, "1.50");
    set(&["--mount", ""]);
    assert_eq!(show().json()["policy"]["prefixes"], "");
    partner.generate(url, &token, "2.00");
    set(&[
        "--external-id",
        "replay",
        "--policy",
        "timestamp.windowSeconds=any",
        "--policy",
        "token=singleUse",
    ]);
    partner.generate(url, &token, "3.00");
    let query = json!({ "originalReferenceNo": "x", "serviceCode": "47" });
    assert_eq!(partner.call(url, &token, "query", &query).status, 401, "each token once, by its new policy");
    let brick = set(&["--dialect", "brick"]);
    assert_eq!((&brick["policy"]["token"], &brick["external_id"]), (&json!("singleUse"), &json!("replay")));
    let brick = set(&["--default-policy"]);
    assert_eq!((&brick["policy"]["token"], &brick["external_id"]), (&json!("required"), &json!("off")));

    for (code, args) in [
        (1, &["partner", "show", "nobody"][..]),
        (1, &["partner", "set", "nobody", "--name", "X"]),
        (2, &["partner", "set", &id]),
        (2, &["partner", "set", &id, "--policy", "windowSeconds=1"]),
        (2, &["partner", "set", &id, "--policy", "signature=none"]),
        (2, &["partner", "set", &id, "--notify-url", "https://a/", "--no-notify-url"]),
        (2, &["partner", "set", &id, "--mount", "api"]),
    ] {
        let refused = serve.gateway(args);
        assert_eq!(refused.code, code, "{args:?}: {}", refused.stderr);
    }
}

#[test]
fn a_partner_is_what_its_profile_says_and_flags_win() {
    let serve = Serve::start(&["--sandbox", "--no-demo"]);
    let file = serve.folder.path().join("ours.toml");
    let file = file.to_str().unwrap();
    let text = "name = \"Ours\"\nsource = \"https://ours.example/snap\"\ndialect = \"standard\"\nmount = \"/ours\"\n\
                notify_sign = \"none\"\n[policy]\nexpiresIn = \"integer\"\npaths.73 = \"/token\"\npaths.47 = \"/make\"\n\
                externalId.uniqueness = \"off\"\n";
    std::fs::write(file, text).unwrap();
    let keys = serve.folder.path().join("keys").display().to_string();
    let add = ["partner", "add", "--policy", file, "--generate-key", &keys, "--json", "--demo"];
    let partner = Partner::new(serve.gateway(&add).json());
    let show = |id: &str| serve.gateway(&["partner", "show", id, "--json"]).json();
    let id = partner.text("client_id").to_owned();
    let shown = show(&id);
    assert_eq!(
        [&shown["name"], &shown["mount"], &shown["notify_sign"], &shown["external_id"], &shown["token_path"]],
        ["Ours", "/ours", "none", "off", "/ours/token"]
    );
    assert_eq!(shown["policy"]["paths.47"], "/make");
    // It works at once, at the paths of the profile.
    let token = partner.ask_token(serve.url());
    assert_eq!((token.code().as_str(), &token.json()["expiresIn"]), ("2007300", &json!(900)));
    let token = partner.token(serve.url());
    partner.generate(serve.url(), &token, "1.00");

    let flags = ["--name", "Mine", "--mount", "/mine", "--notify-sign", "rsa", "--external-id", "replay"];
    let more = ["--dialect", "brick", "--role", "upstream", "--policy", "expiresIn=text"];
    let added = serve.gateway(&[&add[..], &flags, &more].concat());
    let other = show(added.json()["client_id"].as_str().unwrap());
    assert_eq!(
        [&other["name"], &other["mount"], &other["notify_sign"], &other["external_id"], &other["dialect"]],
        ["Mine", "/mine", "rsa", "replay", "brick"]
    );
    assert_eq!((&other["role"], &other["policy"]["expiresIn"]), (&json!("upstream"), &json!("text")));
    assert_eq!(
        other["policy"]["signature"], "asymmetricNoToken",
        "settings lie over the dialect of the flag"
    );

    // Given back, it is the same; on a partner that was something else too.
    let back = serve.gateway(&["partner", "show", &id, "--profile"]).text();
    std::fs::write(file, &back).unwrap();
    let plain = serve.add_partner("keys", &[]).json()["client_id"].as_str().unwrap().to_owned();
    let set = serve.gateway(&["partner", "set", &plain, "--policy", file, "--json"]);
    assert_eq!(set.code, 0, "{}", set.stderr);
    assert_eq!((&set.json()["policy"], &set.json()["mount"]), (&shown["policy"], &shown["mount"]));
    assert_eq!(set.json()["name"], "Toko", "it keeps its name");
    let set = serve.gateway(&["partner", "set", &plain, "--policy", "midtrans", "--json"]).json();
    assert_eq!(
        (&set["mount"], &set["policy"]["expiresIn"]),
        (&json!(""), &json!("dialect")),
        "nothing is left"
    );
    assert_eq!(set["policy"].get("paths.47"), None);
    let set = serve.gateway(&["partner", "set", &plain, "--policy", "standard.toml", "--json"]);
    assert!(set.code == 2 && set.stderr.contains("standard.toml"), "{}", set.stderr);
}

#[test]
fn a_profile_is_checked_without_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.toml");
    let path = file.to_str().unwrap();
    let head = "name = \"P\"\ndialect = \"standard\"\n[policy]\n";
    let nowhere = "sqlite:///nowhere/at/all.db";
    let check = |text: &str, more: &[&str]| {
        std::fs::write(&file, text).unwrap();
        let add = ["gateway", "partner", "add", "--check", "--database", nowhere, "--policy", path];
        let set = ["gateway", "partner", "set", "X", "--check", "--database", nowhere, "--policy", path];
        let [add, set] = [&add[..], &set].map(|fixed| support::qris(&[fixed, more].concat()));
        assert_eq!((add.code, &add.stderr), (set.code, &set.stderr));
        add
    };
    let good = check(&format!("{head}expiresIn = \"integer\"\n"), &["--policy", "paths.47=/x", "--json"]);
    assert_eq!((good.code, &good.json()["settings"]), (0, &json!(2)), "{}", good.stderr);
    for (text, more, said) in [
        (format!("{head}expiresIn = \"float\"\n"), &[][..], &["p.toml:4: expiresIn: ", "integer"][..]),
        (format!("{head}\nexternalId.charset = 7\n"), &[], &["p.toml:5: externalId.charset: "]),
        (
            format!("{head}query = \"include\"\nnone = 1\n"),
            &[],
            &["p.toml:5: none: ", "timestamp.windowSeconds"],
        ),
        (head.to_owned(), &["--policy", "query=sometimes"], &["--policy query=sometimes", "exclude"]),
        (head.to_owned(), &["--policy", "midtrans"], &["one profile"]),
    ] {
        let ran = check(&text, more);
        assert!(ran.code == 2 && said.iter().all(|said| ran.stderr.contains(said)), "{text}: {}", ran.stderr);
    }
    assert_eq!(support::qris(&["gateway", "partner", "add", "--check"]).code, 2);
    for (id, text) in qris_gateway::admin::SHIPPED {
        let add = ["gateway", "partner", "add", "--check", "--database", nowhere, "--policy", id];
        assert_eq!(support::qris(&add).code, 0, "{id}");
        let shown = support::qris(&["gateway", "profile", "show", id]);
        assert_eq!(shown.text(), *text);
    }
    assert_eq!(support::qris(&["gateway", "profile", "show", "none"]).code, 1);
    let listed = support::qris(&["gateway", "profile", "list", "--json"]).json();
    assert_eq!(listed.as_array().unwrap().len(), qris_gateway::admin::SHIPPED.len());
}

#[test]
fn an_upstream_keeps_its_defaults_when_a_profile_is_set() {
    let serve = Serve::start(&["--no-demo"]);
    let id =
        serve.add_partner("keys", &["--role", "upstream"]).json()["client_id"].as_str().unwrap().to_owned();
    let set = |more: &[&str]| serve.gateway(&[&["partner", "set", &id, "--json"], more].concat());
    for more in
        [&["--default-policy"][..], &["--policy", "finpay"], &["--policy", "timestamp.windowSeconds=60"]]
    {
        let changed = set(more);
        assert_eq!(changed.code, 0, "{}", changed.stderr);
        assert_eq!(changed.json()["policy"]["externalId.uniqueness"], "replayStored", "{more:?}");
    }
    let chosen = set(&["--policy", "externalId.uniqueness=conflict"]).json();
    assert_eq!(chosen["policy"]["externalId.uniqueness"], "conflict");
    for mount in ["/pay", "/sandbox/x", "/operator"] {
        let refused = set(&["--mount", mount]);
        assert!(refused.code == 2 && refused.stderr.contains("something of its own"), "{}", refused.stderr);
        assert_eq!(serve.add_partner("keys", &["--mount", mount]).code, 2);
    }
    // What cannot be is refused before anything is made.
    assert_eq!(serve.add_partner("keys", &["--notify-auth-code", "a b"]).code, 2);
    assert_eq!(serve.gateway(&["partner", "list", "--json"]).json().as_array().unwrap().len(), 1);
}
