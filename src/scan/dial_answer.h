/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel's answer to connect() says about a port and its host: one row an errno. */
#ifndef SONDE_SCAN_DIAL_ANSWER_H
#define SONDE_SCAN_DIAL_ANSWER_H

#include <stdbool.h>

#include "evidence/rule.h"

enum dial_meaning {
	DIAL_MEANS_STATE,    /* it decides the port */
	DIAL_MEANS_SILENCE,  /* the kernel waited in vain, as we do ourselves */
	DIAL_MEANS_SHORTAGE, /* this machine had no room: nothing was learnt */
	DIAL_MEANS_BROKEN,   /* this machine cannot connect there at all */
};

struct dial_answer {
	int error; /* 0: the connection stood */
	enum dial_meaning meaning;
	enum port_state state; /* DIAL_MEANS_STATE only */
	const char *reason;    /* Nmap's word; DIAL_MEANS_STATE only */
	bool from_target;      /* the target itself must have answered: it is up */
};

/* The row for an errno; unknown ones get a row that says DIAL_MEANS_BROKEN. */
const struct dial_answer *dial_answer_of(int error);

#endif
