/* SPDX-License-Identifier: Apache-2.0 */
/* The number in a UDP question that its answer repeats, where the port's protocol has one. */
#ifndef SONDE_EVIDENCE_DATAGRAM_ID_H
#define SONDE_EVIDENCE_DATAGRAM_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/cursor.h"

/*
 * Reads the id of a question to this port; c stands at the datagram's data. False when the data is
 * no question of a protocol with an id, or was cut off before it; then the ports alone must tell.
 */
bool datagram_question_id(uint16_t port, struct cursor c, uint32_t *ret_id);

/*
 * True when a datagram from this port repeats the id, where an answer has it or, as one that
 * returns what it gets, where the question had it. True too when it was cut off before that.
 */
bool datagram_has_id(uint16_t port, struct cursor c, uint32_t id);

#endif
