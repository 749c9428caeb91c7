// SPDX-License-Identifier: Apache-2.0
// A network namespace of the test's own, with what the tests of src/net need in it.
#include "lab.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "net/clock.h"

#define TCP_HEADER 20
#define UDP_HEADER 8

static void give_up(const char *what)
{
	fprintf(stderr, "The test cannot run: %s: %m.\n", what);
	exit(1);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		give_up(path);
	close(fd);
}

void lab_enter(void)
{
	unsigned uid = getuid(), gid = getgid();
	char map[64];

	if (unshare((uid ? CLONE_NEWUSER : 0) | CLONE_NEWNET | CLONE_NEWNS) < 0)
		give_up("no network namespace of its own");
	if (uid) {
		write_file("/proc/self/setgroups", "deny");
		snprintf(map, sizeof(map), "0 %u 1", uid);
		write_file("/proc/self/uid_map", map);
		snprintf(map, sizeof(map), "0 %u 1", gid);
		write_file("/proc/self/gid_map", map);
	}
	if (mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) < 0)
		give_up("mounts could not be made private");
	write_file("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
	lab_run("ip link set lo up");
}

void lab_run(const char *format, ...)
{
	char command[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	if (system(command) != 0)
		give_up(command);
}

uint32_t lab_index(const char *name)
{
	uint32_t index = if_nametoindex(name);

	if (!index)
		give_up(name);
	return index;
}

int lab_tun(const char *name)
{
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);

	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0)
		give_up("/dev/net/tun");
	lab_run("ip link set %s up", name);
	return fd;
}

void lab_collect(void *user, const struct frame *frame)
{
	struct lab_frames *f = user;

	if (f->count == LAB_FRAMES_MAX || frame->captured_len > LAB_BYTES_MAX)
		give_up("more or longer frames than the test has room for");
	memcpy(f->bytes[f->count], frame->bytes, frame->captured_len);
	f->frames[f->count] = *frame;
	f->frames[f->count].bytes = f->bytes[f->count];
	f->count++;
}

bool lab_read(struct ring *ring, struct lab_frames *frames, size_t count)
{
	nsec_t end = clock_now() + LAB_PATIENCE;
	nsec_t due = ring_read(ring, lab_collect, frames);

	while (frames->count < count && clock_now() < end) {
		struct pollfd ready = {.fd = ring_fd(ring), .events = POLLIN};
		nsec_t until = due < end ? due : end;
		nsec_t left = until - clock_now();
		struct timespec timeout = {.tv_sec = left / NSEC_PER_SEC,
					   .tv_nsec = left % NSEC_PER_SEC};

		if (left > 0)
			ppoll(&ready, 1, &timeout, NULL);
		due = ring_read(ring, lab_collect, frames);
	}
	return frames->count >= count;
}

void lab_link_pair(void)
{
	/* before that, frames go to a queue that drops them */
	lab_run("ip link add left type veth peer name right && ip link set left up && "
		"ip link set right up && until ip link show left | grep -q 'state UP' && "
		"ip link show right | grep -q 'state UP'; do :; done");
}

bool lab_readable(int fd)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};

	return poll(&ready, 1, (int)(LAB_PATIENCE / NSEC_PER_MSEC)) == 1;
}

struct addr lab_addr(const char *text)
{
	struct addr a = {0};

	if (!addr_parse(text, &a))
		give_up(text);
	return a;
}

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static uint32_t sum16(const uint8_t *bytes, size_t len, uint32_t sum)
{
	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? bytes[i] : (uint32_t)bytes[i] << 8;
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Writes the transport header (and payload up to len) with its checksum. */
static void build_transport(const struct lab_packet *p, uint8_t *out, size_t len)
{
	size_t check = p->protocol == IPPROTO_TCP ? 16 : p->protocol == IPPROTO_UDP ? 6 : 2;
	uint32_t sum = 0;

	if (p->protocol == IPPROTO_TCP || p->protocol == IPPROTO_UDP) {
		put16(out, p->source_port);
		put16(out + 2, p->target_port);
	}
	if (p->protocol == IPPROTO_TCP) {
		put16(out + 4, p->sequence >> 16);
		put16(out + 6, p->sequence & 0xffff);
		out[12] = 0x50;
		out[13] = p->tcp_flags;
		put16(out + 14, 1024);
	} else if (p->protocol == IPPROTO_UDP) {
		put16(out + 4, (unsigned)len);
		put16(out + 8, p->sequence >> 16);
		put16(out + 10, p->sequence & 0xffff);
	} else {
		out[0] = p->protocol == IPPROTO_ICMP ? 8 : 128;
	}
	if (p->protocol != IPPROTO_ICMP) {
		sum = sum16(p->source.bytes, 16, sum16(p->target.bytes, 16, 0));
		sum += p->protocol + (uint32_t)len;
	}
	put16(out + check, fold(sum16(out, len, sum)));
}

static size_t build_ipv4(const struct lab_packet *p, uint8_t *out, size_t payload)
{
	size_t header = 20u + p->ip_options;

	out[0] = (uint8_t)(0x40 | header / 4);
	put16(out + 2, (unsigned)(header + payload));
	put16(out + 4, 0x1234);
	put16(out + 6, p->fragment);
	out[8] = 64;
	out[9] = p->protocol;
	memcpy(out + 12, p->source.bytes, 4);
	memcpy(out + 16, p->target.bytes, 4);
	memset(out + 20, 1, p->ip_options);
	put16(out + 10, fold(sum16(out, header, 0)));
	build_transport(p, out + header, payload);
	return header + payload;
}

static size_t build_ipv6(const struct lab_packet *p, uint8_t *out, size_t payload)
{
	size_t before = p->extension ? 8 : 0;

	out[0] = 0x60;
	put16(out + 4, (unsigned)(before + payload));
	out[6] = p->extension == LAB_HOP_BY_HOP ? 0 : p->extension ? p->extension : p->protocol;
	out[7] = 64;
	memcpy(out + 8, p->source.bytes, 16);
	memcpy(out + 24, p->target.bytes, 16);
	if (before)
		out[40] = p->protocol;
	build_transport(p, out + 40 + before, payload);
	return 40 + before + payload;
}

size_t lab_build(const struct lab_packet *p, uint8_t *out, size_t size)
{
	static const uint8_t macs[12] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};
	size_t payload = p->protocol == IPPROTO_TCP ? TCP_HEADER : UDP_HEADER + 8;
	size_t at = 0, ip;

	memset(out, 0, size);
	if (p->ethernet) {
		memcpy(out, macs, sizeof(macs));
		at = sizeof(macs);
		if (p->vlan) {
			put16(out + at, 0x8100);
			put16(out + at + 2, p->vlan);
			at += 4;
		}
		put16(out + at, p->target.family == 6 ? 0x86dd : 0x0800);
		at += 2;
	}
	ip = p->target.family == 6 ? 40u + (p->extension ? 8u : 0) : 20u + p->ip_options;
	if (p->pad_to > at + ip + payload)
		payload = p->pad_to - at - ip;
	if (at + ip + payload > size)
		give_up("a test packet is longer than its room");
	if (p->target.family == 6)
		return at + build_ipv6(p, out + at, payload);
	return at + build_ipv4(p, out + at, payload);
}

const uint8_t *lab_put(struct sender *sender, uint32_t ifindex, const struct lab_packet *packet,
		       size_t *ret_len)
{
	static uint8_t bytes[2048];
	struct send_item item = {
		.ifindex = ifindex,
		.link = packet->ethernet ? LINK_ETHERNET : LINK_RAW,
		.bytes = bytes,
		.len = (uint32_t)lab_build(packet, bytes, sizeof(bytes)),
	};

	if (sender_send(sender, &item, 1) != 1 || item.result)
		give_up("sending a packet");
	*ret_len = item.len;
	return bytes;
}
