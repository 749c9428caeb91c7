// SPDX-License-Identifier: Apache-2.0
// What the kernel's answer to connect() says about a port and its host: one row an errno.
//
// Linux folds resets, ICMP and ICMPv6 errors into these numbers (icmp_err_convert[] and
// icmpv6_err_convert()), so some differences are lost: a port-unreachable of a filter looks like a
// closed port (ECONNREFUSED), and ICMP "administratively prohibited" like a missing host.
#include "scan/dial_answer.h"

#include <errno.h>
#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define STATE(error_, state_, reason_, from_target_)                                               \
	{                                                                                          \
		error_, DIAL_MEANS_STATE, state_, reason_, from_target_                            \
	}
#define OTHER(error_, meaning_)                                                                    \
	{                                                                                          \
		.error = error_, .meaning = meaning_                                               \
	}

static const struct dial_answer answers[] = {
	STATE(0, PORT_OPEN, "syn-ack", true),
	/* the connection stood, and was cut before we looked */
	STATE(ECONNRESET, PORT_OPEN, "syn-ack", true), STATE(EPIPE, PORT_OPEN, "syn-ack", true),
	STATE(ECONNREFUSED, PORT_CLOSED, "conn-refused", true),

	STATE(EACCES, PORT_FILTERED, "admin-prohibited", false), /* ICMPv6 1/1, 1/5, 1/6 */
	STATE(EPERM, PORT_FILTERED, "perm-denied", false),
	STATE(EHOSTUNREACH, PORT_FILTERED, "host-unreach", false),
	STATE(ENETUNREACH, PORT_FILTERED, "net-unreach", false),
	STATE(ENOPROTOOPT, PORT_FILTERED, "proto-unreach", false), /* ICMP 3/2 */
	STATE(ENONET, PORT_FILTERED, "dest-unreach", false),       /* ICMP 3/8 */
	STATE(EOPNOTSUPP, PORT_FILTERED, "dest-unreach", false),   /* ICMP 3/5 */
	STATE(EMSGSIZE, PORT_FILTERED, "dest-unreach", false),     /* ICMP 3/4, ICMPv6 2 */
	STATE(EPROTO, PORT_FILTERED, "param-problem", false),      /* ICMP 12, ICMPv6 4 */

	OTHER(ETIMEDOUT, DIAL_MEANS_SILENCE), OTHER(EHOSTDOWN, DIAL_MEANS_SILENCE),

	OTHER(EMFILE, DIAL_MEANS_SHORTAGE), OTHER(ENFILE, DIAL_MEANS_SHORTAGE),
	OTHER(ENOBUFS, DIAL_MEANS_SHORTAGE), OTHER(ENOMEM, DIAL_MEANS_SHORTAGE),
	OTHER(EAGAIN, DIAL_MEANS_SHORTAGE),
	OTHER(EADDRNOTAVAIL, DIAL_MEANS_SHORTAGE), /* no source port is free */
};

static const struct dial_answer unknown = {.error = -1, .meaning = DIAL_MEANS_BROKEN};

const struct dial_answer *dial_answer_of(int error)
{
	for (size_t i = 0; i < COUNT(answers); i++) {
		if (answers[i].error == error)
			return &answers[i];
	}
	return &unknown;
}
