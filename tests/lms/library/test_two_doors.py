"""The library without an application answers programs as this site does: same addresses, same names, same shapes."""

from __future__ import annotations

from flask.testing import FlaskClient

from content_store.http.api import describe_api


def test_whoever_reads_one_door_can_read_the_other(client: FlaskClient) -> None:
    here = client.get("/api/v1/openapi.json").json["paths"]
    alone = describe_api("Kho", "https://kho.example.vn")["paths"]
    for path, told in alone.items():
        known = here[path]["get"]
        assert known["operationId"] == told["get"]["operationId"]
        asked = {(one["name"], one["in"]) for one in told["get"]["parameters"]}
        assert asked <= {(one["name"], one["in"]) for one in known["parameters"]}, path
        shape = told["get"]["responses"]["200"]["content"].get("application/json")
        if shape is not None:
            there = known["responses"]["200"]["content"]["application/json"]["schema"]
            assert set(there["properties"]) == set(shape["schema"]["properties"]), path
