/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The protocol hierarchy: how many frames and bytes went through which nest of protocols.
 *
 * Theory of operation. A frame is a path through a tree: the protocols that stand at the top of its
 * dissection, in order (a packet quoted in an ICMP error stands deeper, and so is no part of it).
 * Nodes live in one array, found by walking siblings from the parent. A hostile frame may bring
 * many layers, and each its own nest: past STAT_PHS_NODES_MAX nodes a frame counts as far as its
 * path is known, and left_out tells how many were cut short.
 */
#ifndef SONDE_PACKET_STAT_PHS_H
#define SONDE_PACKET_STAT_PHS_H

#include "packet/stat_frame.h"

#define STAT_PHS_NODES_MAX 65536u
#define STAT_PHS_NONE      UINT32_MAX

struct stat_phs_node {
	uint16_t field; /* FIELD_ID() of the protocol, or of what stands at the top in its place */
	uint16_t depth;
	uint32_t parent;
	uint32_t child; /* the first; STAT_PHS_NONE when there is none */
	uint32_t next;  /* sibling, in the order met */
	uint64_t frames;
	uint64_t bytes;
};

/* Start with zero. */
struct stat_phs {
	struct stat_phs_node *nodes; /* nodes[0] is no protocol: its children are the first ones */
	uint32_t count;
	uint32_t room;
	uint64_t left_out; /* frames whose path did not fit */

	/*
	 * The last plain frame's path, which the next one's mostly is; these are counted together.
	 */
	uint8_t last_count;
	uint64_t last;
	uint32_t path[STAT_TRAIL_MAX];
	uint64_t same_frames;
	uint64_t same_bytes;
};

void stat_phs_done(struct stat_phs *p);
void stat_phs_feed(struct stat_phs *p, const struct stat_frame *f);
void stat_phs_bares(struct stat_phs *p, const struct stat_bares *b);

/* Counts what waits to be counted: before nodes are looked at. */
void stat_phs_settle(struct stat_phs *p);

/* True for fields that may stand at the top of a dissection: what a full frame's tree must hold. */
bool stat_phs_wants(uint16_t field);

/*
 * The next node in printing order, children before siblings; begin with 0. STAT_PHS_NONE at the
 * end.
 */
uint32_t stat_phs_next(const struct stat_phs *p, uint32_t at);

/* The name of a node: "eth", "_ws.malformed". */
const char *stat_phs_name(const struct stat_phs_node *node);

#endif
