"""Recomputes the link table of a firm from `client-sync audit export`, with nothing of Single Client Sync's code.

    client-sync audit export --firm f-1 | python3 docs/recompute_links.py

Reads the lines in their order, keeps the last state of each client, and checks on the way that no decision is missing and
no customer has two clients. Prints a JSON object a line: client_id, status, reason, customer_id, version.
Exit code 1: something does not fit; it is said on standard error.
"""

import json
import sys


def main() -> int:
    links, holders, wrong = {}, {}, []
    for number, text in enumerate(sys.stdin, 1):
        line = json.loads(text)
        if line["row"] != "link":
            continue
        client, state = line["id"], line["state"]
        before = links.get(client)
        if before is not None and line["version"] != before["version"] + 1:
            wrong.append(
                f"line {number}: version {line['version']} of {client} follows on {before['version']}"
            )
        if before is not None and holders.get(before["customer_id"]) == client:
            del holders[before["customer_id"]]
        if state["customer_id"] is not None:
            # Within one decision a customer may go from one client to another, in either order.
            holders[state["customer_id"]] = client
        links[client] = {
            "client_id": client,
            "status": state["status"],
            "reason": state["reason"],
            "customer_id": state["customer_id"],
            "version": line["version"],
        }
    for link in links.values():
        if link["customer_id"] is not None and holders.get(link["customer_id"]) != link["client_id"]:
            wrong.append(f"customer {link['customer_id']} of {link['client_id']} has another client too")
    for client in sorted(links):
        print(json.dumps(links[client]))
    for each in wrong:
        print(each, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
