// SPDX-License-Identifier: Apache-2.0
// Receives what passes an interface, block by block, for capturing at full speed.
//
// Theory of operation
//
// The scan's ring (ring.c) wants each frame at once and in exact order; a capture wants as many as
// possible for as little work. So this socket shares blocks with the kernel (TPACKET_V3): frames
// lie behind each other, each as long as it is, and a block changes hands when it is full or
// BLOCK_AGE old. While a block is ours the kernel does not touch it, so frames are delivered where
// they lie, without a copy. Some room is kept before each frame (PACKET_RESERVE) to put a VLAN tag
// back that the kernel took off.
//
// The socket is opened with protocol 0, which receives nothing; binding it opens the tap.
#include "net/tap.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/clock.h"
#include "net/device.h"

#define BYTES_DEFAULT ((size_t)8 << 20)
#define BYTES_MAX     ((size_t)1 << 31)
#define BLOCK_BYTES   (512u << 10) /* must hold a frame of TAP_SNAP_MAX bytes and its head */
#define FRAME_BYTES   2048u        /* without meaning in TPACKET_V3, but checked by the kernel */
#define BLOCKS_MIN    2u
#define BLOCK_AGE     50 /* milliseconds after which a block is handed over however full */
#define FLUSH_WAIT    (2 * NSEC_PER_SEC) /* on a busy machine the hand-over may come late */
#define VLAN_TAG_LEN  4 /* IEEE 802.1Q s. 9: type and tag control, behind the two MACs */
#define MACS_LEN      12

struct tap {
	int fd;
	uint32_t interface;
	uint8_t *map;
	size_t map_len;
	uint32_t blocks;
	uint32_t next_block;
	struct tap_stats stats;
};

static struct tpacket_block_desc *block_at(const struct tap *t, uint32_t block)
{
	return (void *)(t->map + (size_t)block * BLOCK_BYTES);
}

/* Moves the MACs forward into the reserved room and puts the tag behind them. */
static uint8_t *restore_tag(const struct tpacket3_hdr *head, uint8_t *bytes)
{
	uint16_t type = ETHERTYPE_VLAN, tci = (uint16_t)head->hv1.tp_vlan_tci;

	if (head->tp_status & TP_STATUS_VLAN_TPID_VALID)
		type = head->hv1.tp_vlan_tpid;
	bytes -= VLAN_TAG_LEN;
	memmove(bytes, bytes + VLAN_TAG_LEN, MACS_LEN);
	bytes[MACS_LEN] = (uint8_t)(type >> 8);
	bytes[MACS_LEN + 1] = (uint8_t)type;
	bytes[MACS_LEN + 2] = (uint8_t)(tci >> 8);
	bytes[MACS_LEN + 3] = (uint8_t)tci;
	return bytes;
}

static void deliver(struct tap *t, struct tpacket3_hdr *head, tap_fn *fn, void *user)
{
	const struct sockaddr_ll *from =
		(const void *)((const uint8_t *)head + TPACKET_ALIGN(sizeof(*head)));
	uint8_t *bytes = (uint8_t *)head + head->tp_mac;
	struct frame frame = {
		.time = (nsec_t)head->tp_sec * NSEC_PER_SEC + head->tp_nsec,
		.interface = (uint32_t)from->sll_ifindex,
		.checksum_not_ready = head->tp_status & TP_STATUS_CSUMNOTREADY,
		.captured_len = head->tp_snaplen,
		.wire_len = head->tp_len,
	};

	if (!device_link_type(from->sll_hatype, &frame.link)) {
		t->stats.unsupported++;
		return;
	}
	if (from->sll_hatype != ARPHRD_LOOPBACK)
		frame.direction =
			from->sll_pkttype == PACKET_OUTGOING ? FRAME_SENT : FRAME_RECEIVED;
	if (head->tp_status & TP_STATUS_VLAN_VALID && frame.link == LINK_ETHERNET &&
	    frame.captured_len >= MACS_LEN) {
		bytes = restore_tag(head, bytes);
		frame.captured_len += VLAN_TAG_LEN;
		frame.wire_len += VLAN_TAG_LEN;
	}
	frame.bytes = bytes;
	t->stats.delivered++;
	t->stats.cut += frame.captured_len < frame.wire_len;
	fn(user, &frame);
}

static void read_block(struct tap *t, struct tpacket_block_desc *block, tap_fn *fn, void *user)
{
	uint32_t count = block->hdr.bh1.num_pkts;
	uint8_t *at = (uint8_t *)block + block->hdr.bh1.offset_to_first_pkt;

	while (count--) {
		struct tpacket3_hdr *head = (void *)at;

		deliver(t, head, fn, user);
		at += head->tp_next_offset;
	}
}

bool tap_read(struct tap *t, unsigned blocks, tap_fn *fn, void *user)
{
	int error = 0;
	socklen_t len = sizeof(error);

	for (; blocks; blocks--) {
		struct tpacket_block_desc *block = block_at(t, t->next_block);
		uint32_t *status = &block->hdr.bh1.block_status;

		if (!(__atomic_load_n(status, __ATOMIC_ACQUIRE) & TP_STATUS_USER))
			break;
		read_block(t, block, fn, user);
		__atomic_store_n(status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		t->next_block = (t->next_block + 1) % t->blocks;
	}
	/* A pending socket error would keep the descriptor ready for ever; see tap_state(). */
	getsockopt(t->fd, SOL_SOCKET, SO_ERROR, &error, &len);
	return blocks == 0;
}

struct tap_stats tap_stats(struct tap *t)
{
	struct tpacket_stats_v3 counts = {0};
	socklen_t len = sizeof(counts);

	/* The kernel's counts start again at each read, and tp_packets includes tp_drops. */
	if (getsockopt(t->fd, SOL_PACKET, PACKET_STATISTICS, &counts, &len) == 0) {
		t->stats.received += counts.tp_packets - counts.tp_drops;
		t->stats.dropped += counts.tp_drops;
	}
	return t->stats;
}

/* Whether so many frames that found room were looked at. */
static bool has_delivered(const struct tap *t, uint64_t wanted)
{
	return t->stats.delivered + t->stats.unsupported >= wanted;
}

void tap_flush(struct tap *t, tap_fn *fn, void *user)
{
	uint64_t wanted = tap_stats(t).received;
	struct pollfd wait = {.fd = t->fd, .events = POLLIN};
	nsec_t begun, now;

	/* What comes meanwhile has no end where more comes than is taken. */
	while (!has_delivered(t, wanted) && tap_read(t, 1, fn, user))
		;
	begun = now = clock_now(); /* only now: the above may have taken long */
	/* The kernel has counted what it put into the block that it is still filling. */
	while (!has_delivered(t, wanted) && now - begun < FLUSH_WAIT) {
		int left = (int)((FLUSH_WAIT - (now - begun)) / NSEC_PER_MSEC);

		if (poll(&wait, 1, left) < 0 && errno != EINTR)
			break;
		tap_read(t, 1, fn, user);
		now = clock_now();
	}
}

enum tap_state tap_state(struct tap *t)
{
	struct ifreq request = {.ifr_ifindex = (int)t->interface};

	if (!t->interface)
		return TAP_LIVE;
	if (ioctl(t->fd, SIOCGIFNAME, &request) < 0)
		return TAP_GONE;
	if (ioctl(t->fd, SIOCGIFFLAGS, &request) < 0)
		return TAP_GONE;
	return request.ifr_flags & IFF_UP ? TAP_LIVE : TAP_DOWN;
}

int tap_fd(const struct tap *t)
{
	return t->fd;
}

/* Gives the kernel the program that says what is taken. */
static int attach(const struct tap *t, const struct tap_options *o, struct err *err)
{
	struct sock_filter code[TAP_PROGRAM_MAX];
	struct sock_fprog program = {.filter = code};

	program.len = (unsigned short)tap_program_make(
		o->direction, o->snap_len ? o->snap_len : TAP_SNAP_MAX, &o->filters, code);
	if (!program.len)
		return err_set(err, -E2BIG,
			       "The capture filter is too long: the kernel takes %d instructions.",
			       TAP_PROGRAM_MAX);
	if (setsockopt(t->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0)
		return err_set(err, -errno, "The kernel refused the capture filter: %s.",
			       strerror(errno));
	return 0;
}

/* Shares the blocks with the kernel. */
static int map_blocks(struct tap *t, size_t bytes, struct err *err)
{
	struct tpacket_req3 request = {
		.tp_block_size = BLOCK_BYTES,
		.tp_block_nr = (unsigned)((bytes + BLOCK_BYTES - 1) / BLOCK_BYTES),
		.tp_frame_size = FRAME_BYTES,
		.tp_retire_blk_tov = BLOCK_AGE,
	};
	int version = TPACKET_V3, reserve = VLAN_TAG_LEN, on = 1;

	if (request.tp_block_nr < BLOCKS_MIN)
		request.tp_block_nr = BLOCKS_MIN;
	request.tp_frame_nr = request.tp_block_nr * (BLOCK_BYTES / FRAME_BYTES);
	t->blocks = request.tp_block_nr;
	t->map_len = (size_t)request.tp_block_nr * BLOCK_BYTES;
	if (setsockopt(t->fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) < 0 ||
	    setsockopt(t->fd, SOL_PACKET, PACKET_RESERVE, &reserve, sizeof(reserve)) < 0 ||
	    setsockopt(t->fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)) < 0)
		return err_set(err, -errno,
			       "The kernel gave no buffer of %zu MiB: %s; ask for less with -B.",
			       t->map_len >> 20, strerror(errno));
	t->map = mmap(NULL, t->map_len, PROT_READ | PROT_WRITE, MAP_SHARED, t->fd, 0);
	if (t->map == MAP_FAILED) {
		t->map = NULL;
		return err_set(err, -errno, "The buffer of %zu MiB could not be mapped: %s.",
			       t->map_len >> 20, strerror(errno));
	}
	/* Stamps then come from where a frame enters the kernel, not from where we are served. */
	setsockopt(t->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	return 0;
}

/* Opens the tap that was set up: from here on frames come. */
static int listen_now(struct tap *t, const struct tap_options *o, struct err *err)
{
	struct sockaddr_ll where = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)o->interface,
	};
	struct packet_mreq all = {
		.mr_ifindex = (int)o->interface,
		.mr_type = PACKET_MR_PROMISC,
	};

	if (bind(t->fd, (struct sockaddr *)&where, sizeof(where)) < 0) {
		if (errno == ENETDOWN)
			return err_set(err, -ENETDOWN,
				       "The interface is down; bring it up with \"ip link set\".");
		return err_set(err, -errno, "The packet socket could not listen: %s.",
			       strerror(errno));
	}
	if (o->promiscuous && o->interface &&
	    setsockopt(t->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof(all)) < 0)
		return err_set(err, -errno,
			       "The interface refused promiscuous mode: %s; try without it (-p).",
			       strerror(errno));
	return 0;
}

int tap_open(const struct tap_options *options, struct tap **ret_tap, struct err *err)
{
	size_t bytes = options->buffer_bytes ? options->buffer_bytes : BYTES_DEFAULT;
	struct tap *t;
	int code;

	if (bytes > BYTES_MAX || options->snap_len > TAP_SNAP_MAX)
		return err_set(
			err, -EINVAL,
			"A buffer of %zu MiB and frames of %u bytes are impossible; 2048 MiB "
			"and %u bytes are the most.",
			bytes >> 20, options->snap_len, TAP_SNAP_MAX);
	t = calloc(1, sizeof(*t));
	if (!t)
		return err_set(err, -ENOMEM, "No memory is left for the capture.");
	t->interface = options->interface;
	t->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (t->fd < 0)
		code = err_set(err, -errno,
			       "A packet socket could not be opened: %s; run as root or with the "
			       "capability CAP_NET_RAW.",
			       strerror(errno));
	else
		code = map_blocks(t, bytes, err);
	if (!code)
		code = attach(t, options, err);
	if (!code)
		code = listen_now(t, options, err);
	if (code) {
		tap_close(t);
		return code;
	}
	*ret_tap = t;
	return 0;
}

void tap_close(struct tap *t)
{
	if (!t)
		return;
	if (t->map)
		munmap(t->map, t->map_len);
	if (t->fd >= 0)
		close(t->fd);
	free(t);
}
