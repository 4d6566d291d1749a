"""Outside the sandbox nothing secret has a default, and no setting is ignored: all that is wrong is named at once."""

import re
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from adapters.vault.keys import new_key
from adapters.web.auth.people import Role
from deploy.given_settings import PREFIX, secrets_of
from deploy.needed_settings import NEEDED, NOT_SUPPORTED, Runs, WrongSettingsError, settings_for
from deploy.people_sign_in import claim_rules
from deploy.settings import SANDBOX_ISSUER_APP, SANDBOX_SECRETS, Settings
from domain.bounds import ENGINE
from domain.rate import QUICKBOOKS_RATE

REAL = {
    "SANDBOX": "false",
    "KAFKA_BOOTSTRAP": "kafka-1:9092",
    "QBO_BASE_URL": "https://quickbooks.example",
    "QBO_DISCOVERY_URL": "https://intuit.example/.well-known/openid_configuration",
    "QBO_CLIENT_ID": "real-client-id",
    "QBO_CLIENT_SECRET": "real-client-secret",
    "VAULT_KEYS": new_key("real"),
    "PUBLIC_URL": "https://sync.example",
    "OIDC_ISSUER": "https://issuer.example/",
    "OIDC_CLIENT_ID": "our-client",
    "OIDC_CLIENT_SECRET": "real-oidc-secret",
    "QBO_WEBHOOK_VERIFIERS": "real-verifier,the-next-one",
    "CANOPY_BASE_URL": "https://canopy.example",
    "CANOPY_TOKEN": "real-canopy-token",
}
Given = Callable[..., None]
NAMED_AS_A_SECRET = re.compile(r"(^|_)(secret|token|password|verifiers?|keys?)$")


@pytest.fixture(autouse=True)
def given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Given:
    """Set just these, in a folder without `.env`."""
    import os

    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)

    def given(**settings: str) -> None:
        for name, value in settings.items():
            monkeypatch.setenv(PREFIX + name, value)

    return given


def wrong(runs: Runs) -> dict[str, str]:
    """Give what is said about each setting that is wrong, by its name without the prefix."""
    with pytest.raises(WrongSettingsError) as refused:
        settings_for(runs)
    lines = (line.partition(": ") for line in str(refused.value).split("\n"))
    return {name.removeprefix(PREFIX): said for name, _, said in lines}


def test_who_knows_that_a_batch_is_one_request_says_so(given: Given) -> None:
    """Until then each change in it counts as one."""
    counted = Settings().quickbooks_rate
    given(QBO_BATCH_ITEMS_COUNT="false")
    together = Settings().quickbooks_rate.together

    assert counted == QUICKBOOKS_RATE
    assert together is not None
    assert not together.each_counts


def test_the_sandbox_needs_nothing() -> None:
    """Its secrets are its defaults; the addresses are those of the stand-ins."""
    settings = settings_for(Runs.EVERYTHING)

    assert settings.qbo_access_token == SANDBOX_SECRETS["qbo_access_token"]
    assert settings.canopy_token == SANDBOX_SECRETS["canopy_token"]
    assert settings.qbo_webhook_verifiers == (SANDBOX_SECRETS["qbo_webhook_verifiers"],)
    assert settings.quickbooks_url == "http://127.0.0.1:8081"


@pytest.mark.parametrize("runs", NEEDED)
def test_whatever_a_command_needs_is_named_at_once(runs: Runs, given: Given) -> None:
    """With the sandbox off and nothing else set."""
    given(SANDBOX="false")
    needed = {name.upper() for name in NEEDED[runs]} | (
        {"SANDBOX"} if runs in {Runs.STAND_IN, Runs.ISSUER} else set()
    )

    if needed:
        said = wrong(runs)
        assert set(said) == needed
        assert all(text.startswith("expected ") for text in said.values())
    else:
        settings_for(runs)


@pytest.mark.parametrize("missing", [name for name in REAL if name != "SANDBOX"])
def test_each_of_them_alone_is_missed(missing: str, given: Given) -> None:
    """Also where it is set to nothing."""
    given(**REAL | {missing: ""}) if missing != "QBO_WEBHOOK_VERIFIERS" else given(
        **{name: value for name, value in REAL.items() if name != missing}
    )

    assert set(wrong(Runs.EVERYTHING)) == {missing}


def test_with_all_of_them_everything_starts(given: Given) -> None:
    """And uses them, and shows none where settings are printed."""
    given(**REAL)

    settings = settings_for(Runs.EVERYTHING)

    assert settings.qbo_webhook_verifiers == ("real-verifier", "the-next-one")
    assert settings.quickbooks_url == "https://quickbooks.example"
    assert "real-" not in repr(settings)
    assert "the-next-one" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QBO_CLIENT_ID", "sandbox-app"),
        ("QBO_CLIENT_SECRET", "sandbox-app-secret"),
        ("VAULT_KEYS", SANDBOX_SECRETS["vault_keys"]),
        ("VAULT_KEYS", f"{new_key('real')},{SANDBOX_SECRETS['vault_keys']}"),
        ("CANOPY_TOKEN", "sandbox-canopy-token"),
        ("OIDC_CLIENT_SECRET", "sandbox-console-secret"),
        ("QBO_WEBHOOK_VERIFIERS", "sandbox-verifier"),
        ("QBO_WEBHOOK_VERIFIERS", "real-verifier, sandbox-verifier"),
    ],
)
def test_what_is_published_is_no_secret(name: str, value: str, given: Given) -> None:
    """Not even beside a real one; the value itself is not repeated."""
    given(**REAL | {name: value})

    said = wrong(Runs.EVERYTHING)

    assert set(said) == {name}
    assert "published" in said[name]
    assert value not in str(said)


def test_no_secret_has_a_default_outside_the_sandbox(given: Given) -> None:
    """Not one, and one that is added tomorrow is found by its name; what the sandbox has instead is what is refused elsewhere."""
    secrets = secrets_of(Settings.model_fields)
    texts = {name for name, field in Settings.model_fields.items() if field.annotation is not bool}
    assert {name for name in texts if NAMED_AS_A_SECRET.search(name)} <= secrets
    in_the_sandbox = Settings()
    given(SANDBOX="false")
    outside = Settings()

    assert {name: getattr(outside, name) for name in secrets if getattr(outside, name)} == {}
    defaults = {name: getattr(in_the_sandbox, name) for name in secrets if getattr(in_the_sandbox, name)}
    verifiers = SANDBOX_SECRETS["qbo_webhook_verifiers"]
    assert defaults == {**SANDBOX_SECRETS, "qbo_webhook_verifiers": (verifiers,)}


def test_one_token_for_all_companies_is_the_sandboxs(given: Given) -> None:
    """Outside it each company is signed in to."""
    given(**REAL, QBO_ACCESS_TOKEN="a-token")

    assert set(wrong(Runs.WORKER)) == {"QBO_ACCESS_TOKEN"}


def test_every_secret_may_lie_in_a_file(given: Given, tmp_path: Path) -> None:
    """With a line end behind it, as editors write files; and it is nowhere shown."""
    secret = {name.upper() for name in secrets_of(Settings.model_fields)}
    assert secret >= {name for name in REAL if name.endswith(("_SECRET", "_TOKEN", "_KEYS", "_VERIFIERS"))}
    for name, value in REAL.items():
        if name in secret:
            (tmp_path / name).write_text(f"{value}\n")
            given(**{f"{name}_FILE": str(tmp_path / name)})
        else:
            given(**{name: value})

    settings = settings_for(Runs.EVERYTHING)

    assert settings.vault_keys == REAL["VAULT_KEYS"]
    assert settings.canopy_token == "real-canopy-token"
    assert settings.oidc_client_secret == "real-oidc-secret"
    assert settings.qbo_webhook_verifiers == ("real-verifier", "the-next-one")
    assert "real-" not in repr(settings)


def test_a_file_of_a_secret_that_can_not_be_used_is_named(given: Given, tmp_path: Path) -> None:
    """Missing, empty, a folder, no text, too large, or beside the setting itself; what it holds is not repeated."""
    file = tmp_path / "secret"
    given(
        **{name: value for name, value in REAL.items() if name != "CANOPY_TOKEN"}, CANOPY_TOKEN_FILE=str(file)
    )

    assert set(wrong(Runs.GATEWAY)) == {"CANOPY_TOKEN_FILE"}
    for bad in (b"", b" \n", b"\xff\xfe", b"x" * 100_000):
        file.write_bytes(bad)
        assert set(wrong(Runs.GATEWAY)) == {"CANOPY_TOKEN_FILE"}, bad[:3]
    file.write_text("real-of-file")
    assert settings_for(Runs.GATEWAY).canopy_token == "real-of-file"
    given(CANOPY_TOKEN="real-of-environment")
    assert set(wrong(Runs.GATEWAY)) == {"CANOPY_TOKEN_FILE"}
    assert "real-" not in str(wrong(Runs.GATEWAY))
    given(CANOPY_TOKEN="", CANOPY_TOKEN_FILE=str(tmp_path))
    assert set(wrong(Runs.GATEWAY)) == {"CANOPY_TOKEN_FILE"}


def test_a_published_secret_in_a_file_is_published_too(given: Given, tmp_path: Path) -> None:
    """Also on a line of its own beside a real one; and a wrong key is named without what it is."""
    file = tmp_path / "keys"
    real = {name: value for name, value in REAL.items() if name != "VAULT_KEYS"}
    file.write_text(f"{new_key('real')}\n{SANDBOX_SECRETS['vault_keys']}\n")
    given(**real, VAULT_KEYS_FILE=str(file))

    assert "published" in wrong(Runs.GATEWAY)["VAULT_KEYS"]
    good = new_key("real")
    file.write_text(good[:-9])
    said = wrong(Runs.GATEWAY)["VAULT_KEYS"]
    assert "key real" in said
    assert good[5:20] not in said


def test_a_files_place_may_stand_in_the_file_of_settings(tmp_path: Path) -> None:
    """As any other setting; what is no secret is read from no file."""
    (tmp_path / "token").write_text("of-file")
    (tmp_path / ".env").write_text("client_sync_canopy_token_file=token\nCLIENT_SYNC_GROUP_FILE=token\n")

    assert set(wrong(Runs.KAFKA)) == {"GROUP_FILE"}
    (tmp_path / ".env").write_text("client_sync_canopy_token_file=token\n")
    assert settings_for(Runs.KAFKA).canopy_token == "of-file"


@pytest.mark.parametrize(
    "name", ["QBO_BASE_URL", "QBO_DISCOVERY_URL", "PUBLIC_URL", "CANOPY_BASE_URL", "OIDC_ISSUER"]
)
def test_nothing_is_sent_unencrypted(name: str, given: Given) -> None:
    """Outside the sandbox an address begins with https."""
    given(**REAL | {name: "http://127.0.0.1:8081"})

    assert set(wrong(Runs.EVERYTHING)) == {name}


def test_wrong_missing_and_unknown_are_named_together(given: Given) -> None:
    """Each once, so that a person mends all of it in one go."""
    given(SANDBOX="false", PARTITION="9", HTTP_PORT="eighty", CANOPY_BASE_URL="canopy", LOG_LEVEL="debug")

    said = wrong(Runs.GATEWAY)

    assert set(said) == {
        *("PARTITION", "HTTP_PORT", "CANOPY_BASE_URL", "LOG_LEVEL"),
        *("KAFKA_BOOTSTRAP", "QBO_WEBHOOK_VERIFIERS", "CANOPY_TOKEN", "PUBLIC_URL", "VAULT_KEYS"),
        *("QBO_BASE_URL", "QBO_DISCOVERY_URL", "QBO_CLIENT_ID", "QBO_CLIENT_SECRET"),
        *("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"),
    }
    assert "did you mean CLIENT_SYNC_PARTITIONS?" in said["PARTITION"]


@pytest.mark.parametrize("name", [*sorted(NOT_SUPPORTED), "GROUP_FILE", "VAULT_URL_FILE"])
def test_what_does_not_exist_yet_is_refused(name: str, given: Given) -> None:
    """Ignored in silence it would promise what nobody does."""
    given(**{name: "x"})

    assert set(wrong(Runs.WORKER)) == {name}
    assert "this version" in wrong(Runs.WORKER)[name]


def test_an_unknown_setting_in_a_file_is_named_too(tmp_path: Path) -> None:
    """Whatever else stands in `.env` is none of ours."""
    (tmp_path / ".env").write_text("CLIENT_SYNC_PARTITIONS=9\nclient_sync_partition=9\nOTHER=1\n")

    assert set(wrong(Runs.KAFKA)) == {"PARTITION"}


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "example.com"])
def test_the_sandbox_does_not_start_where_others_reach_it(host: str, given: Given) -> None:
    """Its people sign in without a password; elsewhere any address may be opened."""
    given(HTTP_HOST=host)
    assert set(wrong(Runs.GATEWAY)) == {"HTTP_HOST"}

    given(**REAL)
    assert settings_for(Runs.GATEWAY).http_host == host


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080"),
        ("::1", "http://[::1]:8080"),
        ("localhost", "http://localhost:8080"),
    ],
)
def test_the_sandbox_listens_on_any_loopback_address(host: str, url: str, given: Given) -> None:
    """By version 4, version 6 or name."""
    given(HTTP_HOST=host)

    assert settings_for(Runs.GATEWAY).http_url == url


def test_webhooks_come_where_people_do_unless_they_have_a_port(given: Given) -> None:
    """The stand-in sends them there; their address is the console's where none is set."""
    assert settings_for(Runs.GATEWAY).webhook_url == "http://127.0.0.1:8080"

    given(WEBHOOK_PORT="8090")
    assert settings_for(Runs.GATEWAY).webhook_url == "http://127.0.0.1:8090"

    given(**REAL, HTTP_HOST="10.0.0.5", WEBHOOK_HOST="0.0.0.0")
    settings = settings_for(Runs.GATEWAY)
    assert (settings.http_url, settings.webhook_url) == ("http://10.0.0.5:8080", "http://127.0.0.1:8090")


def test_the_sandboxs_webhooks_come_from_this_machine(given: Given) -> None:
    """They are signed with a word that is published."""
    given(WEBHOOK_PORT="8090", WEBHOOK_HOST="0.0.0.0")

    assert set(wrong(Runs.GATEWAY)) == {"WEBHOOK_HOST"}


def test_every_setting_is_described() -> None:
    """The page of settings is made from these."""
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OIDC_ISSUER", "issuer.example"),
        ("OIDC_ISSUER", "https://issuer.example/?tenant=1"),
        ("OIDC_ROLES", "Tax=boss"),
        ("OIDC_ROLES", "manager"),
        ("OIDC_ROLES", "=manager"),
        ("OIDC_FIRMS", "Chicago=a firm"),
        ("OIDC_FIRMS", "f-1"),
        ("OIDC_AUDIENCE", "our-client"),
        ("PUBLIC_URL", "https://sync.example/console"),
        ("PUBLIC_URL", "https://"),
    ],
)
def test_rules_of_the_issuer_that_mean_nothing_are_named(name: str, value: str, given: Given) -> None:
    """Else they would let nobody in, or somebody else."""
    given(**REAL | {name: value})

    assert set(wrong(Runs.GATEWAY)) == {name}


def test_claims_mean_what_the_settings_say(given: Given) -> None:
    """Also where groups have commas and equals signs in their names; the issuer is taken as it is written."""
    given(
        **REAL,
        OIDC_ROLES="CN=Sync Look,OU=Tax=viewer; CN=Sync,OU=Tax = operator;",
        OIDC_FIRMS="Chicago=f-1; all=*",
        OIDC_ROLE_CLAIM="groups",
    )
    settings = settings_for(Runs.GATEWAY)

    rules = claim_rules(settings)

    assert settings.oidc_issuer == "https://issuer.example/"
    assert settings.sign_in_redirect_uri == "https://sync.example/sign-in/callback"
    assert (rules.person, rules.role, rules.firms) == ("sub", "groups", "firms")
    assert rules.roles == {"CN=Sync Look,OU=Tax": Role.VIEWER, "CN=Sync,OU=Tax": Role.OPERATOR}
    assert rules.named_firms == {"Chicago": "f-1", "all": "*"}


def test_an_issuer_in_the_sandbox_needs_all_that_belongs_to_it(given: Given) -> None:
    """For a gateway, and for nobody else; without one the sandbox needs nothing."""
    given(OIDC_ISSUER="http://127.0.0.1:9000")

    assert set(wrong(Runs.GATEWAY)) == {"OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"}
    assert claim_rules(settings_for(Runs.WORKER)).roles["manager"] is Role.MANAGER


def test_the_issuers_stand_in_brings_all_that_belongs_to_it(given: Given) -> None:
    """What is set of it all the same is what the stand-in is started with."""
    given(SANDBOX_ISSUER="true", OIDC_PORT="9083", OIDC_CLIENT_ID="mine")

    settings = settings_for(Runs.EVERYTHING)

    assert settings.oidc_issuer == "http://127.0.0.1:9083"
    assert settings.oidc_client_id == "mine"
    assert settings.oidc_client_secret == SANDBOX_ISSUER_APP["oidc_client_secret"]
    assert settings.oidc_audience == SANDBOX_ISSUER_APP["oidc_audience"]
    assert settings_for(Runs.ISSUER) == settings


@pytest.mark.parametrize(
    ("settings", "runs", "named"),
    [
        (REAL | {"SANDBOX_ISSUER": "true"}, Runs.GATEWAY, {"SANDBOX_ISSUER"}),
        (REAL | {"SANDBOX_ISSUER": "true"}, Runs.ISSUER, {"SANDBOX", "SANDBOX_ISSUER"}),
        ({"SANDBOX": "no idea", "SANDBOX_ISSUER": "true"}, Runs.ISSUER, {"SANDBOX"}),
        ({"SANDBOX_ISSUER": "true", "OIDC_ISSUER": "https://issuer.example"}, Runs.GATEWAY, {"OIDC_ISSUER"}),
        ({}, Runs.ISSUER, {"SANDBOX_ISSUER"}),
    ],
    ids=("outside", "outside-alone", "neither", "another-issuer", "not-asked-for"),
)
def test_the_issuers_stand_in_is_a_part_of_the_sandbox_alone(
    settings: dict[str, str], runs: Runs, named: set[str], given: Given
) -> None:
    """And of one issuer: it does not run where nobody would be led to it."""
    given(**settings)

    assert set(wrong(runs)) == named


KAFKA = {"SANDBOX": "true", "KAFKA_BOOTSTRAP": "kafka-1:9093"}


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"KAFKA_SECURITY_PROTOCOL": "TLS"}, {"KAFKA_SECURITY_PROTOCOL"}),
        ({"KAFKA_SECURITY_PROTOCOL": "SASL_SSL"}, {"KAFKA_USERNAME", "KAFKA_PASSWORD"}),
        ({"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_BOOTSTRAP": ""}, {"KAFKA_BOOTSTRAP"}),
        ({"KAFKA_USERNAME": "sync"}, {"KAFKA_USERNAME"}),
        ({"KAFKA_CA_FILE": "ca.pem"}, {"KAFKA_CA_FILE"}),
        ({"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_KEY_FILE": "key.pem"}, {"KAFKA_CERT_FILE"}),
        ({"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_CA_FILE": "ca.pem"}, {"KAFKA_CA_FILE"}),
        ({"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_CERT_FILE": "cert.pem"}, {"KAFKA_CERT_FILE"}),
        (
            {
                "KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
                "KAFKA_SASL_MECHANISM": "PLAIN",
                "KAFKA_USERNAME": "sync",
                "KAFKA_PASSWORD": "real-password",
            },
            {"KAFKA_SASL_MECHANISM"},
        ),
    ],
)
def test_a_way_to_kafka_that_can_not_be_gone_is_named(
    settings: dict[str, str], named: set[str], given: Given
) -> None:
    """By each setting that is missing, that nobody would look at, or whose file can't be used."""
    given(**KAFKA | settings)

    said = wrong(Runs.WORKER)

    assert set(said) == named
    assert "real-" not in str(said)


def test_canopys_stand_in_reaches_kafka_in_one_way_only(given: Given) -> None:
    """So who starts it with a secured Kafka is told, and the rest of the sandbox may have one."""
    given(**KAFKA, KAFKA_SECURITY_PROTOCOL="SSL")

    assert set(wrong(Runs.EVERYTHING)) == set(wrong(Runs.STAND_IN)) == {"KAFKA_SECURITY_PROTOCOL"}
    assert settings_for(Runs.WORKER).kafka_security_protocol == "SSL"


def test_what_decisions_call_the_version_is_what_is_set_or_else_the_packages(given: Given) -> None:
    """A deploy of a commit names the commit; what no record could hold is refused at the start."""
    assert Settings().engine_version == metadata.version("client-sync")
    given(VERSION="2026.11-rc.1+g0a1b2c3")
    assert settings_for(Runs.WORKER).engine_version == "2026.11-rc.1+g0a1b2c3"
    for no_version in ("the one of Tuesday", "v" * 41, "-1"):
        given(VERSION=no_version)
        assert wrong(Runs.WORKER) == {"VERSION": f"expected {ENGINE.expected}"}
