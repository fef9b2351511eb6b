"""The files in ``deploy/`` say what they should, as far as that can be seen without the programs that read them."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import uvicorn
import yaml

from conv_viz.ui.server.metrics import METRICS, PATH
from conv_viz.ui.server.ready import route

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
NGINX = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.replicas.yaml").read_text(encoding="utf-8"))
KUBERNETES = {each["kind"]: each for each in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text("utf-8"))}
POD: dict[str, Any] = KUBERNETES["Deployment"]["spec"]["template"]
CONTAINER: dict[str, Any] = POD["spec"]["containers"][0]
COOKIE_SECRET = "STREAMLIT_SERVER_COOKIE_SECRET"


def upload_limit() -> int:
    """MB, as the app has it."""
    found = re.search(r"^maxUploadSize = (\d+)", (ROOT / ".streamlit" / "config.toml").read_text("utf-8"), re.M)
    assert found
    return int(found[1])


def test_nginx_knows_each_replica_of_compose():
    replicas = {name for name in COMPOSE["services"] if name != "proxy"}
    assert set(re.findall(r"server (\S+):8501", NGINX)) == replicas == set(COMPOSE["services"]["proxy"]["depends_on"])
    assert len(replicas) == 3


def test_a_replica_of_compose_shares_the_secret_and_waits_for_torch():
    for name in set(COMPOSE["services"]) - {"proxy"}:
        replica = COMPOSE["services"][name]
        assert replica["environment"][COOKIE_SECRET].startswith("${COOKIE_SECRET:?")
        assert f"{route.path}'" in replica["healthcheck"]["test"][-1]
        assert replica["cpus"] == 1.0


def test_a_visitor_is_told_apart_by_a_cookie():
    assert "ip_hash" not in NGINX
    annotations = {
        **KUBERNETES["Service"]["metadata"]["annotations"],
        **KUBERNETES["Ingress"]["metadata"]["annotations"],
    }
    assert annotations["traefik.ingress.kubernetes.io/service.sticky.cookie"] == "true"
    assert annotations["nginx.ingress.kubernetes.io/affinity"] == "cookie"
    assert "sessionAffinity" not in KUBERNETES["Service"]["spec"]


def test_an_idle_connection_is_given_up_before_the_replica_closes_it():
    (seconds,) = re.findall(r"^ +keepalive_timeout (\d+)s;", NGINX, re.M)
    assert int(seconds) < inspect.signature(uvicorn.Config).parameters["timeout_keep_alive"].default


def test_proxies_let_an_upload_through():
    ingress = KUBERNETES["Ingress"]["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-body-size"]
    sizes = [*re.findall(r"client_max_body_size (\d+)m", NGINX), ingress.removesuffix("m")]
    assert all(upload_limit() < int(size) < 1.1 * upload_limit() for size in sizes)


def test_kubernetes_finds_its_parts():
    labels = POD["metadata"]["labels"]
    for kind in ("Deployment", "PodDisruptionBudget"):
        assert KUBERNETES[kind]["spec"]["selector"]["matchLabels"] == labels
    assert KUBERNETES["Service"]["spec"]["selector"] == labels
    assert KUBERNETES["Service"]["spec"]["ports"][0]["targetPort"] in {port["name"] for port in CONTAINER["ports"]}
    backend = KUBERNETES["Ingress"]["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]["name"]
    scaled = KUBERNETES["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    names = {kind: each["metadata"]["name"] for kind, each in KUBERNETES.items()}
    assert (backend, (scaled["kind"], scaled["name"])) == (names["Service"], ("Deployment", names["Deployment"]))
    secret = next(each for each in CONTAINER["env"] if each["name"] == COOKIE_SECRET)["valueFrom"]["secretKeyRef"]
    assert secret["name"] == names["Secret"]
    assert secret["key"] in KUBERNETES["Secret"]["stringData"]


def test_kubernetes_waits_for_torch_and_for_visitors():
    assert CONTAINER["readinessProbe"]["httpGet"]["path"] == CONTAINER["startupProbe"]["httpGet"]["path"] == route.path
    assert CONTAINER["livenessProbe"]["httpGet"]["path"] == "/_stcore/health"
    command, seconds = CONTAINER["lifecycle"]["preStop"]["exec"]["command"]
    assert command == "sleep"
    assert int(seconds) < POD["spec"]["terminationGracePeriodSeconds"]
    assert CONTAINER["resources"]["limits"]["memory"]
    assert "replicas" not in KUBERNETES["Deployment"]["spec"]  # the autoscaler's business


def test_kubernetes_scales_on_sessions_and_slowly_in():
    scaler = KUBERNETES["HorizontalPodAutoscaler"]["spec"]
    sessions, processor = scaler["metrics"]
    assert sessions["pods"]["metric"]["name"] == "active_sessions"
    assert processor["resource"]["name"] == "cpu"
    assert scaler["behavior"]["scaleDown"]["stabilizationWindowSeconds"] >= 1800
    assert {"name": METRICS, "value": "private"} in CONTAINER["env"]
    assert POD["metadata"]["annotations"]["prometheus.io/path"] == PATH


def test_the_lock_names_every_requirement_and_no_place():
    lines = [
        line for line in (DEPLOY / "requirements.lock").read_text("utf-8").splitlines() if line[:1] not in ("", "#")
    ]
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9.-]*==[^\s@/+]+( ; .+)?", line) for line in lines), lines
    locked = {line.split("==")[0] for line in lines}
    wanted = re.findall(r"^([a-z]+)", (ROOT / "requirements.txt").read_text("utf-8"), re.M)
    assert set(wanted) <= locked
    assert {"uvloop", "httptools", "orjson"} <= locked  # of streamlit[performance]
