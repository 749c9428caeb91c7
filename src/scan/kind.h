/* SPDX-License-Identifier: Apache-2.0 */
/* The ways to scan ports: one row a scan type, with its option letter and what it sends. */
#ifndef SONDE_SCAN_KIND_H
#define SONDE_SCAN_KIND_H

#include <stdbool.h>

#include "evidence/event.h"
#include "scan/service.h"

enum scan_kind {
	SCAN_SYN,
	SCAN_CONNECT,
	SCAN_ACK,
	SCAN_WINDOW,
	SCAN_FIN,
	SCAN_NULL,
	SCAN_XMAS,
	SCAN_MAIMON,
	SCAN_UDP,
	SCAN_KINDS
};

/*
 * One scan type. Which replies decide, and what silence means, is the evidence's to say: rule_for()
 * and rule_for_silence_of() of `probe`.
 */
struct scan_kind_row {
	char letter;           /* behind -s, as Nmap spells it */
	enum probe_kind probe; /* what asks each port */
	enum service_proto proto;
	bool raw;         /* needs packets of our own, and so CAP_NET_RAW */
	const char *name; /* "SYN Stealth Scan": Nmap's name for it */
};

const struct scan_kind_row *scan_kind_row(enum scan_kind kind);

/* The scan type with this letter behind -s; false when there is none. */
bool scan_kind_of(char letter, enum scan_kind *ret_kind);

#endif
