// SPDX-License-Identifier: Apache-2.0
// The receive ring: every frame of the scan on every interface, stamped by the kernel, in order.
//
// Theory of operation
//
// One AF_PACKET socket on all interfaces writes frames into a ring of equal slots that we share
// with the kernel (TPACKET_V2: each frame is visible at once; V3 would make it wait for its block).
// A slot's status word says whose it is. ring_read() walks from where it stopped, copies each frame
// to our own memory and gives the slot back at once: nothing the kernel may overwrite is parsed.
//
// Order. Two processors can stamp frames in one order and fill slots in the other, microseconds
// apart. So copies wait in a hold, sorted by stamp, and leave it once older than the hold time:
// whatever was stamped before (now - hold) is taken to be in the ring already. When the ring holds
// more than the hold has room for, a batch goes out only up to its newest stamp minus the hold
// time. What still comes late is delivered and counted as an inversion.
//
// Time. The kernel stamps with the wall clock; see stamp.c for the way back.
//
// Start. The socket is opened with protocol 0, which receives nothing; ring and filter are set up;
// binding to ETH_P_ALL opens the tap. So no unfiltered frame can be first, and nothing needs to be
// drained. A later change of filter is atomic in the kernel.
#include "net/ring.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/clock.h"
#include "net/device.h"
#include "net/hold.h"
#include "net/stamp.h"

#define BYTES_DEFAULT ((size_t)8 << 20)
#define BYTES_MAX     ((size_t)1 << 30)
#define SLOT_DEFAULT  2048u
#define SLOT_MIN      256u
#define BLOCK_BYTES   65536u
#define HOLD_DEFAULT  (200 * NSEC_PER_USEC)
#define BATCHES_MAX   64 /* of one call, so that a flood cannot keep us from the rest of the loop */
#define MACS_LEN      12
#define VLAN_TAG_LEN  4 /* IEEE 802.1Q s. 9: type and tag control, behind the two MACs */

struct ring {
	int fd;
	uint8_t *map;
	size_t map_len;
	uint32_t slot_bytes;
	uint32_t n_slots;
	uint32_t next_slot;
	nsec_t hold_time;
	nsec_t last_time; /* of the last delivered frame */
	struct hold hold;
	struct stamp stamp;
	struct ring_stats stats;
};

static struct tpacket2_hdr *slot_at(const struct ring *r, uint32_t slot)
{
	/* Slots are a power of two and divide the block, so they follow each other without gaps. */
	return (void *)(r->map + (size_t)slot * r->slot_bytes);
}

/* Copies the bytes to out, with the VLAN tag where the wire had it; returns their count. */
static uint32_t copy_bytes(const struct tpacket2_hdr *slot, uint32_t status, uint8_t *out)
{
	const uint8_t *bytes = (const uint8_t *)slot + slot->tp_mac;
	uint32_t len = slot->tp_snaplen;
	uint16_t type = ETHERTYPE_VLAN;

	if (!(status & TP_STATUS_VLAN_VALID) || len < MACS_LEN) {
		memcpy(out, bytes, len);
		return len;
	}
	if (status & TP_STATUS_VLAN_TPID_VALID)
		type = slot->tp_vlan_tpid;
	memcpy(out, bytes, MACS_LEN);
	out[MACS_LEN] = (uint8_t)(type >> 8);
	out[MACS_LEN + 1] = (uint8_t)type;
	out[MACS_LEN + 2] = (uint8_t)(slot->tp_vlan_tci >> 8);
	out[MACS_LEN + 3] = (uint8_t)slot->tp_vlan_tci;
	memcpy(out + MACS_LEN + VLAN_TAG_LEN, bytes + MACS_LEN, len - MACS_LEN);
	return len + VLAN_TAG_LEN;
}

/* The monotonic time of a slot's stamp. */
static nsec_t slot_time(struct ring *r, const struct tpacket2_hdr *slot)
{
	nsec_t wall = (nsec_t)slot->tp_sec * NSEC_PER_SEC + slot->tp_nsec;
	nsec_t now = clock_now();

	if (!stamp_fits(&r->stamp, wall, now))
		stamp_measure(&r->stamp, clock_wall_offset(), now);
	return stamp_convert(&r->stamp, wall, now);
}

/* Copies one filled slot to `out` and adds it to the hold, unless it is one to leave out. */
static void take_slot(struct ring *r, const struct tpacket2_hdr *slot, uint32_t status,
		      uint8_t *out)
{
	const struct sockaddr_ll *from =
		(const void *)((const uint8_t *)slot + TPACKET_ALIGN(sizeof(*slot)));
	bool loopback = from->sll_hatype == ARPHRD_LOOPBACK;
	struct frame frame = {
		.interface = (uint32_t)from->sll_ifindex,
		.checksum_not_ready = status & TP_STATUS_CSUMNOTREADY,
	};

	if (!device_link_type(from->sll_hatype, &frame.link) || slot->tp_mac > r->slot_bytes ||
	    slot->tp_snaplen > r->slot_bytes - slot->tp_mac) {
		r->stats.unsupported++;
		return;
	}
	if (loopback && from->sll_pkttype == PACKET_OUTGOING) {
		r->stats.loop_copies++;
		return;
	}
	if (!loopback)
		frame.direction =
			from->sll_pkttype == PACKET_OUTGOING ? FRAME_SENT : FRAME_RECEIVED;
	if (frame.link != LINK_ETHERNET)
		status &= ~(uint32_t)TP_STATUS_VLAN_VALID;
	frame.captured_len = copy_bytes(slot, status, out);
	frame.wire_len = slot->tp_len + (frame.captured_len - slot->tp_snaplen);
	frame.time = slot_time(r, slot);
	hold_add(&r->hold, &frame);
}

/* Empties the ring into the hold as far as that has room; true when the ring is empty. */
static bool drain(struct ring *r)
{
	uint8_t *out;

	while ((out = hold_room(&r->hold)) != NULL) {
		struct tpacket2_hdr *slot = slot_at(r, r->next_slot);
		uint32_t status = __atomic_load_n(&slot->tp_status, __ATOMIC_ACQUIRE);

		if (!(status & TP_STATUS_USER))
			return true;
		take_slot(r, slot, status, out);
		__atomic_store_n(&slot->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		r->next_slot = (r->next_slot + 1) % r->n_slots;
	}
	return false;
}

/* Delivers held frames stamped up to limit, oldest first; returns how many. */
static size_t deliver(struct ring *r, nsec_t limit, ring_fn *fn, void *user)
{
	struct frame frame;
	size_t count = 0;

	for (; hold_take(&r->hold, limit, &frame); count++) {
		r->stats.delivered++;
		r->stats.cut += frame.captured_len < frame.wire_len;
		r->stats.inversions += frame.time < r->last_time;
		r->last_time = frame.time;
		fn(user, &frame);
	}
	hold_compact(&r->hold);
	return count;
}

/* One round of drain and deliver; true when the ring was emptied. */
static bool read_batch(struct ring *r, nsec_t hold_time, ring_fn *fn, void *user)
{
	nsec_t begun = clock_now(), limit = begun - hold_time;
	bool empty;

	stamp_measure(&r->stamp, clock_wall_offset(), begun);
	empty = drain(r);
	if (empty) {
		stamp_drained(&r->stamp, begun);
		deliver(r, limit, fn, user);
		return true;
	}
	if (limit > hold_newest(&r->hold) - hold_time)
		limit = hold_newest(&r->hold) - hold_time;
	/* All of them younger than the hold time: order yields to not losing frames. */
	if (!deliver(r, limit, fn, user))
		deliver(r, hold_newest(&r->hold), fn, user);
	return false;
}

nsec_t ring_read(struct ring *r, ring_fn *fn, void *user)
{
	bool empty = false;
	int error = 0;
	socklen_t len = sizeof(error);

	for (int i = 0; i < BATCHES_MAX && !empty; i++)
		empty = read_batch(r, r->hold_time, fn, user);
	/* A pending socket error would keep the descriptor ready for ever; it tells us nothing. */
	getsockopt(r->fd, SOL_SOCKET, SO_ERROR, &error, &len);
	if (!empty)
		return clock_now();
	return r->hold.count ? hold_oldest(&r->hold) + r->hold_time : NSEC_NEVER;
}

void ring_flush(struct ring *r, ring_fn *fn, void *user)
{
	for (int i = 0; i < BATCHES_MAX; i++)
		if (read_batch(r, r->hold_time, fn, user))
			break;
	deliver(r, NSEC_NEVER, fn, user);
}

int ring_set_filter(struct ring *r, const struct filter *filter, struct err *err)
{
	struct sock_filter code[FILTER_CODE_MAX];
	struct sock_fprog program = {.filter = code};

	program.len = (unsigned short)filter_build(filter, code);
	if (setsockopt(r->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0)
		return err_set(err, -errno, "The kernel refused the capture filter: %s.",
			       strerror(errno));
	return 0;
}

struct ring_stats ring_stats(struct ring *r)
{
	struct tpacket_stats counts = {0};
	socklen_t len = sizeof(counts);

	/* The kernel's counts start again at each read, and tp_packets includes tp_drops. */
	if (getsockopt(r->fd, SOL_PACKET, PACKET_STATISTICS, &counts, &len) == 0) {
		r->stats.received += counts.tp_packets - counts.tp_drops;
		r->stats.dropped += counts.tp_drops;
	}
	r->stats.clock_steps = r->stamp.steps;
	return r->stats;
}

int ring_fd(const struct ring *r)
{
	return r->fd;
}

/* Shares the slots with the kernel. */
static int map_slots(struct ring *r, size_t bytes, struct err *err)
{
	struct tpacket_req request = {
		.tp_block_size = BLOCK_BYTES,
		.tp_block_nr = (unsigned)((bytes + BLOCK_BYTES - 1) / BLOCK_BYTES),
		.tp_frame_size = r->slot_bytes,
	};
	int version = TPACKET_V2, on = 1;

	request.tp_frame_nr = request.tp_block_nr * (BLOCK_BYTES / r->slot_bytes);
	r->n_slots = request.tp_frame_nr;
	r->map_len = (size_t)request.tp_block_nr * BLOCK_BYTES;
	if (setsockopt(r->fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) < 0 ||
	    setsockopt(r->fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)) < 0)
		return err_set(
			err, -errno,
			"The kernel gave no receive ring of %zu KiB: %s; a smaller one may fit.",
			r->map_len >> 10, strerror(errno));
	r->map = mmap(NULL, r->map_len, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, 0);
	if (r->map == MAP_FAILED) {
		r->map = NULL;
		return err_set(err, -errno, "The receive ring of %zu KiB could not be mapped: %s.",
			       r->map_len >> 10, strerror(errno));
	}
	/* Stamps then come from where a frame enters the kernel, not from where we are served. */
	setsockopt(r->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	return 0;
}

/* Sets up an empty struct; on failure the caller closes it. */
static int set_up(struct ring *r, const struct ring_options *o, const struct filter *filter,
		  struct err *err)
{
	struct sockaddr_ll all = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
	size_t bytes = o->bytes ? o->bytes : BYTES_DEFAULT;
	int code;

	r->slot_bytes = o->slot_bytes ? o->slot_bytes : SLOT_DEFAULT;
	r->hold_time = o->hold ? o->hold : HOLD_DEFAULT;
	if (r->hold_time < 0)
		r->hold_time = 0;
	if (r->slot_bytes < SLOT_MIN || r->slot_bytes > BLOCK_BYTES || bytes > BYTES_MAX ||
	    (r->slot_bytes & (r->slot_bytes - 1)))
		return err_set(
			err, -EINVAL,
			"A receive ring of %zu bytes in slots of %u is impossible; slots are a "
			"power of two from %u to %u, and 1 GiB is the most.",
			bytes, r->slot_bytes, SLOT_MIN, BLOCK_BYTES);
	r->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (r->fd < 0)
		return err_set(err, -errno,
			       "A packet socket could not be opened: %s; run as root or with the "
			       "capability CAP_NET_RAW.",
			       strerror(errno));
	code = map_slots(r, bytes, err);
	if (!code && filter)
		code = ring_set_filter(r, filter, err);
	if (!code && hold_init(&r->hold, (size_t)r->slot_bytes + VLAN_TAG_LEN) < 0)
		code = err_set(err, -ENOMEM, "No memory is left for received frames.");
	if (code)
		return code;
	stamp_begin(&r->stamp, clock_wall_offset(), clock_now());
	if (bind(r->fd, (struct sockaddr *)&all, sizeof(all)) < 0)
		return err_set(err, -errno,
			       "The packet socket could not listen on all interfaces: %s.",
			       strerror(errno));
	return 0;
}

int ring_open(const struct ring_options *options, const struct filter *filter,
	      struct ring **ret_ring, struct err *err)
{
	static const struct ring_options defaults = {0};
	struct ring *r = calloc(1, sizeof(*r));
	int code;

	if (!r)
		return err_set(err, -ENOMEM, "No memory is left for the receive ring.");
	r->fd = -1;
	code = set_up(r, options ? options : &defaults, filter, err);
	if (code) {
		ring_close(r);
		return code;
	}
	*ret_ring = r;
	return 0;
}

void ring_close(struct ring *r)
{
	if (!r)
		return;
	hold_done(&r->hold);
	if (r->map)
		munmap(r->map, r->map_len);
	if (r->fd >= 0)
		close(r->fd);
	free(r);
}
