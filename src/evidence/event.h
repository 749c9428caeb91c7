/* SPDX-License-Identifier: Apache-2.0 */
/* What a frame meant: a probe that was sent, a reply to one, or nothing of this scan. */
#ifndef SONDE_EVIDENCE_EVENT_H
#define SONDE_EVIDENCE_EVENT_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"
#include "wire/addr.h"

/* "No such event", for the indexes below. */
#define EVENT_NONE UINT32_MAX

enum probe_kind {
	PROBE_SYN,        /* TCP SYN: port scan, and host discovery (nmap -PS) */
	PROBE_ACK,        /* bare TCP ACK: host discovery (-PA) */
	PROBE_ECHO,       /* ICMP or ICMPv6 echo request (-PE) */
	PROBE_TIMESTAMP,  /* ICMP timestamp request (-PP) */
	PROBE_ARP,        /* ARP who-has (-PR) */
	PROBE_ND,         /* neighbour solicitation: IPv6's ARP */
	PROBE_WINDOW,     /* bare ACK of our window scan (-sW), told by PROBE_WINDOW_OFFER */
	PROBE_FIN,        /* FIN alone (nmap -sF) */
	PROBE_NULL,       /* no flags at all (-sN) */
	PROBE_XMAS,       /* FIN, PSH and URG (-sX) */
	PROBE_MAIMON,     /* FIN and ACK (-sM) */
	PROBE_UDP,        /* a datagram to a port (-sU, -PU) */
	PROBE_SENT_KINDS, /* our own scanner sends those above; other scanners also those below */
	PROBE_SCTP = PROBE_SENT_KINDS, /* SCTP INIT (-sY, -PY) */
	PROBE_IP,                      /* a packet without content of some IP protocol (-sO) */
	PROBE_LOOKUP, /* a DNS query: no probe of a port, but part of the picture */
	PROBE_KINDS
};

/*
 * The window that the ACK of our window scan offers. An ACK scan and a window scan send the same
 * segment and read the reset differently; by this a capture tells which of them was meant.
 */
#define PROBE_WINDOW_OFFER 1027

enum reply_kind {
	REPLY_SYN_ACK,
	REPLY_SPLIT_SYN, /* SYN without ACK from the probed port: split handshake */
	REPLY_ACK,       /* bare ACK that acknowledges the probe: proves life, decides nothing */
	REPLY_RST,
	REPLY_ICMP, /* an ICMP error that quotes the probe; type and code say which */
	REPLY_ICMPV6,
	REPLY_ECHO,
	REPLY_TIMESTAMP,
	REPLY_ARP,
	REPLY_ND,
	REPLY_UDP,      /* a datagram from the probed port */
	REPLY_INIT_ACK, /* SCTP */
	REPLY_ABORT,    /* SCTP */
	REPLY_IP,       /* any packet of the probed IP protocol */
	REPLY_LOOKUP,   /* a DNS answer */
	REPLY_KINDS
};

/* What else is known of a probe. */
enum probe_mark {
	PROBE_LIKE_KERNEL = 1, /* SYN: carries the options of an operating system's connect() */
	PROBE_COMPLETED = 2,   /* SYN: the sender acknowledged the SYN/ACK */
	PROBE_TALKED = 4,      /* no probe but part of a conversation, as was seen afterwards */
	PROBE_REVERSE = 8,     /* look-up: asks for an address's name */
	PROBE_HAS_ID = 16,     /* UDP: its answer repeats the cookie */
	PROBE_LEFT = 32, /* first try: the port was to be asked again; its silence says nothing */
	PROBE_MARKS_END = 64,
};

#define PROBE_KIND_BITS      5
#define PROBE_MARK_BITS      6
#define PROBE_IP_NUMBER_BITS 13

/* A probe on the wire. Owned by the ledger; named by its index there. */
struct probe {
	uint64_t frame;
	nsec_t time;
	uint32_t host; /* index of the target in the ledger */
	/*
	 * SYN, FIN, NULL, Xmas: sequence number; ACK, window, Maimon: acknowledgement; ICMP: id and
	 * sequence; SCTP: initiate tag; DNS: id;
	 * UDP with PROBE_HAS_ID: the beginning of its protocol's id
	 */
	uint32_t cookie;
	uint16_t port;       /* the target's port, or IP protocol; 0 where the kind has none */
	uint16_t local_port; /* ours */
	uint32_t kind : PROBE_KIND_BITS;
	uint32_t marks : PROBE_MARK_BITS; /* enum probe_mark */
	uint32_t try_number : 8; /* 1 for the first of this kind to this port; stays at 255 */
	/*
	 * UDP: the last bits of what its IP header is known by, which an error quotes: IPv4's
	 * identification, IPv6's flow label; 0 tells nothing
	 */
	uint32_t ip_number : PROBE_IP_NUMBER_BITS;
	uint32_t first_reply; /* in order of arrival; EVENT_NONE when none */
	uint32_t last_reply;
	uint32_t next_try;   /* the next probe of this kind to this port */
	uint32_t next_port;  /* first tries only: the host's next port probed in whatever way */
	uint32_t last_try;   /* first tries only: the last try at the port so far */
	uint32_t last_aside; /* newest of the frames that seem to be about it; EVENT_NONE */
	uint32_t next_in_bucket, next_target; /* the ledger's own: chains of its hashes */
};

/* One line of the processor's cache: millions of them are looked at in no order. */
static_assert(sizeof(struct probe) <= 64, "a probe is one cache line");
static_assert(PROBE_KINDS <= 1 << PROBE_KIND_BITS, "a kind fits its bits");
static_assert(PROBE_MARKS_END <= 1 << PROBE_MARK_BITS, "each mark has a bit");

/* A reply that proved itself. Owned by the ledger; named by its index there. */
struct reply {
	uint64_t frame;
	nsec_t time;
	uint32_t probe;   /* which probe it answers */
	uint32_t next;    /* the next reply to that probe */
	struct addr from; /* who sent it; the target itself unless a router answered */
	uint8_t kind;     /* enum reply_kind */
	uint8_t type;     /* ICMP and ICMPv6 errors; RST: 1 when its window was not 0 */
	uint8_t code;
	uint8_t hops; /* TTL or hop limit as received */
};

enum note_kind {
	NOTE_UNRELATED, /* no part of this scan */
	NOTE_PROBE,
	NOTE_REPLY,
	NOTE_UNPROVEN,  /* comes from a probed address but does not carry the probe's cookie */
	NOTE_OWN_RESET, /* our kernel's RST, or ICMP error: it knows nothing of the probe */
	NOTE_NEIGHBOUR, /* ARP or neighbour discovery beside the probes */
	NOTE_TRAFFIC,   /* other traffic between us and a probed host */
};
#define NOTE_KINDS (NOTE_TRAFFIC + 1)

/*
 * A frame about a probe that decides nothing: NOTE_OWN_RESET or NOTE_UNPROVEN. Owned by the
 * ledger; named by its index there.
 */
struct aside {
	uint64_t frame;
	nsec_t time;
	uint32_t probe;
	uint32_t previous; /* the next older one about that probe */
	uint8_t kind;      /* enum note_kind */
};

/* What one frame meant; indexes are EVENT_NONE where they do not apply. */
struct note {
	enum note_kind kind;
	uint32_t host;
	uint32_t probe; /* the probe it is, answers or seems to answer */
	uint32_t reply;
	bool repeated; /* an answer to this probe was known already */
	bool early;    /* nothing was entered: see ledger_frame_early() */
};

/* "SYN", "echo request"...: for sentences. A constant string. */
const char *probe_kind_name(enum probe_kind kind);

/* "tcp", "udp", "sctp", "ip" for kinds that ask about a port or IP protocol, else NULL. */
const char *probe_kind_protocol(enum probe_kind kind);

/* "SYN scan", "UDP scan"...: what probing ports this way is called; NULL as above. */
const char *probe_kind_scan(enum probe_kind kind);

/* True for the kinds that acknowledge: a reset returns their acknowledgement number. */
bool probe_kind_acknowledges(enum probe_kind kind);

/* True for the kinds that are TCP segments. */
bool probe_kind_is_tcp(enum probe_kind kind);

#endif
