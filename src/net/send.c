// SPDX-License-Identifier: Apache-2.0
// The one place that sends: frames to a device, or IP packets by the kernel's own output path.
//
// Theory of operation
//
// Frames go out by one AF_PACKET socket of protocol 0 (with any other, the kernel would hand us
// each frame of the machine to receive). Runs of neighbouring items become one sendmmsg(). The
// queueing discipline is not bypassed: bypassed frames are invisible to packet sockets, and every
// frame we send must show up in our own ring. For a run of Ethernet frames to one device the socket
// is bound to that, which spares the kernel copying and looking up an address for each; it finds
// the protocol in the frame then. IP packets for this machine itself go by raw IP sockets that take
// the header as it is.
#include "net/send.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH_MAX      64
#define TYPE_AT        12
#define IPV4_HEADER    20
#define IPV4_TARGET_AT 16
#define IPV6_HEADER    40
#define IPV6_TARGET_AT 24

struct sender {
	int packet_fd;
	uint32_t bound; /* packet_fd: to this interface; 0: to none */
	int ip4_fd;
	int ip6_fd; /* -1 where the kernel has no IPv6 */
	struct send_stats stats;
};

/* One system call's worth of messages. */
struct batch {
	struct mmsghdr messages[BATCH_MAX];
	struct iovec parts[BATCH_MAX];
	union {
		struct sockaddr_ll link;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} to[BATCH_MAX];
};

/* 4 or 6 by the first byte; 0 for anything else. */
static int ip_version(const struct send_item *item)
{
	int version = item->len ? item->bytes[0] >> 4 : 0;

	return version == 4 || version == 6 ? version : 0;
}

/* The socket this item goes by; -1 when there is none. */
static int socket_for(const struct sender *s, const struct send_item *item)
{
	if (!item->by_kernel)
		return s->packet_fd;
	return ip_version(item) == 4 ? s->ip4_fd : ip_version(item) == 6 ? s->ip6_fd : -1;
}

/* The protocol in network order: the device needs it where the bytes have no link header. */
static uint16_t link_protocol(const struct send_item *item)
{
	uint16_t type;

	if (item->link != LINK_ETHERNET)
		return htons(ip_version(item) == 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP);
	memcpy(&type, item->bytes + TYPE_AT, sizeof(type));
	return type;
}

/* 0 when the item can be tried at all. */
static int check(const struct send_item *item)
{
	if (item->by_kernel)
		return (ip_version(item) == 4 && item->len >= IPV4_HEADER) ||
				       (ip_version(item) == 6 && item->len >= IPV6_HEADER)
			       ? 0
			       : -EINVAL;
	if (item->link == LINK_ETHERNET)
		return item->len >= ETHER_HDR_LEN ? 0 : -EINVAL;
	return ip_version(item) ? 0 : -EINVAL;
}

static void add_message(struct batch *b, unsigned at, const struct send_item *item, bool bound)
{
	struct msghdr *header = &b->messages[at].msg_hdr;

	*header = (struct msghdr) {.msg_iov = &b->parts[at], .msg_iovlen = 1};
	b->parts[at] =
		(struct iovec) {.iov_base = (void *)(uintptr_t)item->bytes, .iov_len = item->len};
	if (bound)
		return;
	header->msg_name = &b->to[at];
	memset(&b->to[at], 0, sizeof(b->to[at]));
	if (!item->by_kernel) {
		b->to[at].link = (struct sockaddr_ll) {
			.sll_family = AF_PACKET,
			.sll_protocol = link_protocol(item),
			.sll_ifindex = (int)item->ifindex,
		};
		header->msg_namelen = sizeof(b->to[at].link);
	} else if (ip_version(item) == 4) {
		b->to[at].v4.sin_family = AF_INET;
		memcpy(&b->to[at].v4.sin_addr, item->bytes + IPV4_TARGET_AT, 4);
		header->msg_namelen = sizeof(b->to[at].v4);
	} else {
		b->to[at].v6.sin6_family = AF_INET6;
		b->to[at].v6.sin6_scope_id = item->ifindex;
		memcpy(&b->to[at].v6.sin6_addr, item->bytes + IPV6_TARGET_AT, 16);
		header->msg_namelen = sizeof(b->to[at].v6);
	}
}

/* True when all of them are Ethernet frames to one device, and the packet socket is bound to it. */
static bool bind_to_device(struct sender *s, const struct send_item *items, unsigned count)
{
	struct sockaddr_ll device = {
		.sll_family = AF_PACKET,
		.sll_ifindex = (int)items[0].ifindex,
	};

	for (unsigned i = 0; i < count; i++) {
		if (items[i].by_kernel || items[i].link != LINK_ETHERNET ||
		    items[i].ifindex != items[0].ifindex)
			return false;
	}
	if (s->bound == items[0].ifindex)
		return true;
	s->bound = 0; /* with protocol 0 as before: it receives nothing */
	if (!items[0].ifindex ||
	    bind(s->packet_fd, (const struct sockaddr *)&device, sizeof(device)) < 0)
		return false;
	s->bound = items[0].ifindex;
	return true;
}

/* Sends items of one socket, at most BATCH_MAX; returns how many left, or -errno of the first. */
static int send_run(struct sender *s, int fd, const struct send_item *items, unsigned count)
{
	bool bound = bind_to_device(s, items, count);
	struct batch b;
	int sent;

	for (unsigned i = 0; i < count; i++)
		add_message(&b, i, &items[i], bound);
	do {
		s->stats.calls++;
		sent = sendmmsg(fd, b.messages, count, MSG_DONTWAIT | MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : sent;
}

/* How many items from the first on go by the same socket and can be tried. */
static unsigned run_length(const struct sender *s, const struct send_item *items, size_t count)
{
	int fd = socket_for(s, &items[0]);
	unsigned n = 0;

	while (n < count && n < BATCH_MAX && !check(&items[n]) && socket_for(s, &items[n]) == fd)
		n++;
	return n;
}

/* Sends the first items; sets their results; returns how many results were set. */
static size_t send_some(struct sender *s, struct send_item *items, size_t count)
{
	int sent = check(&items[0]);

	if (!sent && socket_for(s, &items[0]) < 0)
		sent = -EAFNOSUPPORT;
	if (!sent)
		sent = send_run(s, socket_for(s, &items[0]), items, run_length(s, items, count));
	if (sent <= 0) {
		items[0].result =
			sent == -ENOBUFS || sent == -EWOULDBLOCK || !sent ? -EAGAIN : sent;
		return 1;
	}
	for (int i = 0; i < sent; i++) {
		items[i].result = 0;
		s->stats.sent++;
		s->stats.bytes += items[i].len;
	}
	return (size_t)sent;
}

size_t sender_send(struct sender *s, struct send_item *items, size_t count)
{
	uint64_t before = s->stats.sent;
	size_t done = 0;

	while (done < count) {
		size_t set = send_some(s, items + done, count - done);
		int result = items[done].result;

		done += set;
		if (result == -EAGAIN) {
			s->stats.again += count - done + 1;
			for (; done < count; done++)
				items[done].result = -EAGAIN;
		} else if (result) {
			s->stats.failed++;
		}
	}
	return (size_t)(s->stats.sent - before);
}

static int open_raw(int family)
{
	int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);
	int level = family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
	int option = family == AF_INET ? IP_HDRINCL : IPV6_HDRINCL;
	int on = 1, code;

	if (fd >= 0 && setsockopt(fd, level, option, &on, sizeof(on)) < 0) {
		code = errno;
		close(fd);
		errno = code;
		return -1;
	}
	return fd;
}

int sender_open(struct sender **ret_sender, struct err *err)
{
	struct sender *s = calloc(1, sizeof(*s));
	int code;

	if (!s)
		return err_set(err, -ENOMEM, "No memory is left for the sending sockets.");
	s->packet_fd = s->ip4_fd = s->ip6_fd = -1;
	s->packet_fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->packet_fd >= 0)
		s->ip4_fd = open_raw(AF_INET);
	if (s->ip4_fd >= 0)
		s->ip6_fd = open_raw(AF_INET6);
	if (s->ip6_fd < 0 && !(s->ip4_fd >= 0 && errno == EAFNOSUPPORT)) {
		code = err_set(
			err, -errno,
			"The sockets for sending could not be opened: %s; run as root or with "
			"the capability CAP_NET_RAW.",
			strerror(errno));
		sender_close(s);
		return code;
	}
	*ret_sender = s;
	return 0;
}

void sender_close(struct sender *s)
{
	if (!s)
		return;
	if (s->ip6_fd >= 0)
		close(s->ip6_fd);
	if (s->ip4_fd >= 0)
		close(s->ip4_fd);
	if (s->packet_fd >= 0)
		close(s->packet_fd);
	free(s);
}

int sender_fd(const struct sender *s)
{
	return s->packet_fd;
}

struct send_stats sender_stats(const struct sender *s)
{
	return s->stats;
}
