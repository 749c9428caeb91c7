# SPDX-License-Identifier: Apache-2.0
"""Whole trees of tshark's formats as lists that can be compared: -T pdml and -T json -x."""
import json
import xml.etree.ElementTree

TEXT = "<text>"  # the name of a line that is no field


def pdml_rows(element, rows):
    """Elements in order: name -> list of attributes without the name."""
    for child in element:
        name = child.get("name")
        if child.tag in ("proto", "field"):
            rows.setdefault(name or TEXT, []).append(
                {"tag": child.tag, **{k: v for k, v in child.attrib.items() if k != "name"}})
        pdml_rows(child, rows)


def pdml_packets(_status, out):
    """Of -T pdml: for each packet {name: [attributes, ...]}."""
    packets = []
    if not out.strip():  # tshark refuses the link type
        return packets
    for packet in xml.etree.ElementTree.fromstring(out.decode()):
        rows = {}
        pdml_rows(packet, rows)
        packets.append(rows)
    return packets


def json_rows(pairs, rows):
    """"_raw" stands before the value it is of; keys may come several times."""
    for name, value in pairs:
        if name.endswith("_raw") and isinstance(value, list) and len(value) == 5 and \
                isinstance(value[1], int):
            rows.setdefault(name[:-4], []).append(value)
        elif isinstance(value, list) and value and isinstance(value[0], tuple):
            json_rows(value, rows)


def json_packets(_status, out):
    """Of -T json -x: for each packet {name: [[bytes, place, length, mask, type], ...]}."""
    packets = []
    if not out.strip():
        return packets
    for packet in json.loads(out.decode(), object_pairs_hook=list):
        rows = {}
        json_rows(dict(packet)["_source"], rows)
        packets.append(rows)
    return packets
