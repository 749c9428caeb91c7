/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the simulated network's own files share.
 *
 *   sim.c        drives engine and ledger in virtual time
 *   sim_path.c   what happens to a frame on its way: delay, loss, queues
 *   sim_host.c   what hosts and routers answer, and how often they may
 *   sim_forge.c  what strangers pretend to be answers
 */
#ifndef SONDE_TESTS_SCAN_SIM_INNER_H
#define SONDE_TESTS_SCAN_SIM_INNER_H

#include "sim.h"

#include "base/rng.h"
#include "packet/decode.h"
#include "packet/frame.h"
#include "wire/build.h"

#define SIM_FRAME_MAX 1536
#define LOCAL_PORT    61000

extern const uint8_t sim_our_mac[MAC_LEN], sim_their_mac[MAC_LEN];

/* A frame on its way; a binary heap by (time, order). */
struct flying {
	nsec_t time;
	uint64_t order;
	uint32_t len;
	bool to_host;
	uint8_t bytes[SIM_FRAME_MAX];
};

/* One direction of the path. */
struct lane {
	nsec_t free_at; /* when the last queued frame will have left */
	nsec_t last;    /* when the last frame arrives: order is kept */
	bool bad;       /* in a loss burst */
	nsec_t turns;   /* when the burst, or the time between two, ends */
	nsec_t held;    /* nothing enters before */
};

struct sim_bucket {
	double tokens;
	nsec_t filled;
};

/* Frames that the engine handed over. */
struct handed {
	struct engine_send *sends;
	size_t count;
	bool left;
};

struct sim {
	const struct sim_config *config;
	struct rng rng;
	struct ledger *ledger;
	struct engine *engine;
	nsec_t now;
	uint64_t frames, order;
	struct flying **heap;
	size_t heap_count, heap_room;
	struct lane forth, back;
	struct sim_bucket *resets; /* of each host */
	struct sim_bucket *errors; /* ICMP errors about each host */
	nsec_t *sent_times;
	struct handed handed[ENGINE_OPEN_MAX];
	unsigned handed_count;
	bool refusing; /* until the engine knows */
	struct sim_result result;
};

/* Uniform in [0, 1). */
double sim_chance(struct sim *s);

void sim_heap_push(struct sim *s, struct flying *f);
struct flying *sim_heap_pop(struct sim *s);

/* How long whoever is to act now must wait for a busy machine. */
nsec_t sim_busy(struct sim *s);

/* Puts bytes on the path in one direction. */
void sim_cross(struct sim *s, const uint8_t *bytes, size_t len, bool to_host);

/* Carries bytes to or from the next hop: near, whatever the path beyond is like. */
void sim_pass(struct sim *s, const uint8_t *bytes, size_t len, bool to_host);

/* What the far end makes of a frame. */
void sim_meet(struct sim *s, const struct frame *frame);

/* Ethernet and IP headers of an answer to `to`, before len bytes. */
void sim_head(struct build *b, const struct ip_packet *to, const struct addr *from,
	      uint8_t protocol, uint32_t len);

/*
 * What looks like an answer and proves nothing, of one of config's kinds of forgery: returns its
 * length. Numbers that must be guessed are drawn, and as 32 bits long at least; where a guess of 16
 * bits would do, the forgery has a wrong one for sure.
 */
size_t sim_forge(struct sim *s, uint8_t ret_bytes[static SIM_FRAME_MAX]);

#endif
