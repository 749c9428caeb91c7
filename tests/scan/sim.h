/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A network in virtual time: drives the engine and the ledger as a real one would.
 *
 * Every frame that the engine sends is seen by the ledger at once (as a ring shows it), crosses a
 * path with delay, jitter, loss, a rate and a queue, meets a host model, and its answer crosses
 * the path back. All randomness comes from one seed, so a run can be repeated exactly.
 */
#ifndef SONDE_TESTS_SCAN_SIM_H
#define SONDE_TESTS_SCAN_SIM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"
#include "evidence/ledger.h"
#include "scan/engine.h"

/* What a port does when asked in the way that the scan asks it. */
enum sim_port {
	SIM_OPEN,
	SIM_CLOSED,
	SIM_SILENT,
	SIM_REJECT, /* ICMP 3/13 from the router, 1/1 in IPv6 */
	SIM_SPLIT,  /* split handshake: ACK, then SYN */
	SIM_FORGED, /* SYN/ACK with a wrong acknowledgement */
};

/* What a stranger may send who sees nothing of ours but knows addresses, ports and times. */
enum sim_forgery {
	SIM_FORGED_SEGMENT, /* right addresses and ports, wrong numbers */
	SIM_FORGED_DATAGRAM, /* right ports, wrong number within; wrong source; or wrong local port */
	SIM_FORGED_ERROR,    /* an ICMP error that quotes what we never sent */
	SIM_FORGED_ECHO,     /* an echo or timestamp reply with another id and number */
	SIM_FORGED_ADDRESS, /* ARP or ND that answers nobody, others, or from far away */
	SIM_FORGERIES
};

struct sim_path {
	nsec_t delay;                    /* one way */
	nsec_t jitter;                   /* uniform, added to delay; keeps order */
	double loss;                     /* each way, 0 to 1 */
	double burst_loss;               /* share lost in bursts each way, beside `loss` */
	nsec_t burst_time;               /* how long a burst lasts on average */
	nsec_t spike_every, spike_delay; /* so often everything is held up so long at most */
	unsigned far_every;              /* each so-manieth host is further away; 0: none */
	nsec_t far_delay;                /* by so much each way */
	double rate;                     /* frames a second each way; 0: no limit */
	double back_rate;                /* the way back, when it differs */
	unsigned queue;                  /* frames that wait for the rate; more are dropped */
	/* a busy machine: a share of the turns of the scanner, and of what comes to the narrow
	   part, has to wait so long at most */
	double busy;
	nsec_t busy_delay;
	double rst_rate; /* resets a second that a host allows itself; 0: no limit */
	unsigned rst_burst;
	double rst_others; /* of these, others take so many: twice as many every other second */
	double icmp_rate;  /* the same for ICMP errors about it */
	unsigned icmp_burst;
	double duplicate, reorder, corrupt; /* share of frames, each way */
};

struct sim_config {
	uint64_t seed;
	unsigned hosts; /* addresses 198.51.100.1 and up; or 2001:db8:5::1 and up */
	bool ipv6;
	bool on_link; /* Ethernet neighbours instead of hosts behind a router */
	bool skip_ping;
	bool answers_ping;
	unsigned alive_every; /* 1: all hosts exist; n: each nth */
	struct sim_path path;
	enum sim_port (*port)(void *user, uint16_t port); /* what each port does */
	void *user;
	const uint16_t *ports;
	uint32_t port_count;
	enum probe_kind kind;          /* what asks about them; PROBE_SYN is 0 */
	struct engine_ports then;      /* a second pass */
	const struct host_ping *pings; /* NULL: the usual ones */
	uint32_t ping_count;
	struct engine_timing timing;
	double refused; /* share of frames that find no room; what follows at once does not either */
	bool hand_over;     /* frames leave between steps, not at once */
	nsec_t busy;        /* the machine may be that late with each frame it sends */
	unsigned forgeries; /* frames that pretend to be answers, at random moments */
	unsigned forged;    /* a bit for each enum sim_forgery that is among them; 0: segments */
};

struct sim_result {
	struct ledger *ledger; /* to be freed with ledger_free() */
	nsec_t elapsed;
	uint64_t sent;
	uint64_t queue_drops;
	uint64_t late_sent, late_drops; /* our frames, and those the queue dropped, after 1 s */
	double queue_sum;               /* time that our frames spent in the queue, ns */
	uint64_t queued;
	uint64_t lost;
	uint64_t forged;   /* forgeries shown */
	uint64_t unproven; /* forgeries that the ledger held against a probe, and refused */
	double peak_rate;  /* most frames sent in any one second */
	unsigned hosts_scanned, hosts_down;
	uint64_t folded; /* times that the engine packed a host */
};

/* Runs a scan to its end. Fails the test when nothing happens any more or time runs away. */
struct sim_result sim_run(const struct sim_config *config);

/* The address of host number i (from 0). */
struct addr sim_addr(const struct sim_config *config, unsigned i);

#endif
