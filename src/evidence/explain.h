/* SPDX-License-Identifier: Apache-2.0 */
/* Why each verdict: the rule in a sentence, and the frames that decided it. */
#ifndef SONDE_EVIDENCE_EXPLAIN_H
#define SONDE_EVIDENCE_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "evidence/ledger.h"
#include "evidence/verdict.h"

/* What the explanation knows of a frame beside the ledger; made by whoever has the bytes. */
struct explain_frame {
	uint64_t id;
	nsec_t time;
	bool sent;
	const char *summary; /* one line: Wireshark's Protocol and Info */
};

#endif
