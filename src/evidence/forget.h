/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a large scan lets go of: the evidence about hosts that were reported.
 *
 * The frames stay in the record, and a ledger made from that knows all of it again; only this
 * ledger does not any more. A frame that comes from a forgotten host is NOTE_UNRELATED.
 */
#ifndef SONDE_EVIDENCE_FORGET_H
#define SONDE_EVIDENCE_FORGET_H

#include <stdint.h>

#include "evidence/ledger.h"

/* How many probes, replies and frames beside them the ledger holds. */
uint32_t ledger_live_count(const struct ledger *l);

/* The host was reported: it may be forgotten, after those that were retired before. */
void ledger_retire(struct ledger *l, uint32_t host);

/*
 * Forgets the host that was retired first, if more than `keep` events are held. Its index, which
 * means nothing from now on and may come to mean another host; EVENT_NONE when none was forgotten.
 */
uint32_t ledger_forget_oldest(struct ledger *l, uint32_t keep);

/* How many hosts were forgotten so far. */
uint32_t ledger_forgotten(const struct ledger *l);

#endif
