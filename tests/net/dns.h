/* SPDX-License-Identifier: Apache-2.0 */
/* A DNS server of a few made-up names on 127.0.0.1, in a thread of the test. */
#ifndef SONDE_TESTS_NET_DNS_H
#define SONDE_TESTS_NET_DNS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Names: two.test (192.0.2.1, 192.0.2.2, 2001:db8::1, ::2), four.test (192.0.2.4 only), alias.test
 * (for two.test), gone.test (does not exist), silent.test (no answer), fail.test (SERVFAIL),
 * rubbish.test (bytes that are no message), big.test (300 addresses, only by TCP). Reverse:
 * 192.0.2.1 and 2001:db8::1a two.test; .66 with ESC in it, .67 does not exist, .68 with a NUL, .69 with a long name,
 * .70 silent.
 */

/* Starts it on UDP and TCP of this port; ends the process with a sentence when that fails. */
void dns_start(uint16_t port);

/* Ends the thread. */
void dns_stop(void);

/* True when a question came from this local port. */
bool dns_was_asked_from(bool tcp, uint16_t port);

/* How many questions came by UDP or TCP. */
unsigned dns_questions(bool tcp);

#endif
