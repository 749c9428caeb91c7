// SPDX-License-Identifier: Apache-2.0
// Makes the capture of a SYN scan that never was, of any size, and its truth.
//
//     made-scan CAPTURE TRUTH HOSTS PORTS LOSS TRIES SEED
//
// CAPTURE becomes a pcap file with ns stamps: HOSTS hosts are asked for PORTS ports each, port by
// port over all hosts, 50,000 probes a second; LOSS percent of the packets are lost on each way,
// and what stays silent is asked again after 300 ms, TRIES times in all. TRUTH gets a line
// "ADDRESS PORT STATE REASON" for each port, which is what the packets that arrived show.
//
// Theory of operation. What a port is follows from a hash of host, port and seed. A heap holds what
// will happen, by time; each event writes its frame and schedules what follows from it. No line of
// sonde's own code is used, so that the truth does not depend on it.
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GAP_NS      20000 /* between two probes */
#define RETRY_NS    300000000
#define RESET_NS    20000 /* the scanner's kernel takes this to reset what it never began */
#define START_S     1790000000
#define SNAPLEN     262144
#define NS_MAGIC    0xa1b23c4du
#define ETHERNET    14
#define IP          20
#define TCP         20
#define MSS_OPTION  4
#define SCANNER     0xc000020au /* 192.0.2.10 */
#define ROUTER      0xc0000201u /* 192.0.2.1 */
#define FIRST_HOST  0x0a000000u /* 10.0.0.0 */
#define SOURCE_PORT 40125

enum answer { OPEN, CLOSED, PROHIBITED, SILENT };

enum what { PROBE, ANSWER, RESET };

struct event {
	int64_t time;
	uint64_t order; /* among equals */
	uint32_t host;
	uint16_t port;
	uint8_t what;
	uint8_t try_number;
};

static struct event *heap;
static size_t count, room;
static uint64_t orders;
static uint64_t seed, loss, tries;
static FILE *capture;

/* A number of all that is given; the finaliser of splitmix64. */
static uint64_t mixed(uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t x =
		seed * 0x9e3779b97f4a7c15 + a * 0xbf58476d1ce4e5b9 + b * 0x94d049bb133111eb + c;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

static bool is_before(const struct event *a, const struct event *b)
{
	return a->time != b->time ? a->time < b->time : a->order < b->order;
}

static void schedule(int64_t time, enum what what, const struct event *of, uint8_t try_number)
{
	struct event e = {time, orders++, of->host, of->port, (uint8_t)what, try_number};
	size_t i = count++;

	if (count > room) {
		room = room ? room * 2 : 1024;
		heap = realloc(heap, room * sizeof(*heap));
		if (!heap)
			exit(1);
	}
	for (; i && is_before(&e, &heap[(i - 1) / 2]); i = (i - 1) / 2)
		heap[i] = heap[(i - 1) / 2];
	heap[i] = e;
}

static struct event next_event(void)
{
	struct event first = heap[0], last = heap[--count];
	size_t i = 0, down;

	while ((down = 2 * i + 1) < count) {
		down += down + 1 < count && is_before(&heap[down + 1], &heap[down]);
		if (!is_before(&heap[down], &last))
			break;
		heap[i] = heap[down];
		i = down;
	}
	heap[i] = last;
	return first;
}

static enum answer answer_of(uint32_t host, uint16_t port)
{
	uint64_t h = mixed(host, 0, 1) % 10, p = mixed(host, port, 2) % 10;

	if (!h)
		return SILENT; /* nobody is there */
	return p < 1 ? OPEN : p < 7 ? CLOSED : p < 8 ? PROHIBITED : SILENT;
}

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

/* The Internet checksum over bytes, on top of sum. */
static uint32_t folded(const uint8_t *bytes, size_t len, uint32_t sum)
{
	for (size_t i = 0; i < len; i++)
		sum += (uint32_t)bytes[i] << (i & 1 ? 0 : 8);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

static void put_ip(uint8_t *ip, uint32_t from, uint32_t to, uint8_t protocol, uint32_t len,
		   uint8_t hops)
{
	memset(ip, 0, IP);
	ip[0] = 0x45;
	put16(ip + 2, IP + len);
	put16(ip + 4, (uint32_t)mixed(orders, to, 3) & 0xffff);
	ip[8] = hops;
	ip[9] = protocol;
	put32(ip + 12, from);
	put32(ip + 16, to);
	put16(ip + 10, folded(ip, IP, 0));
}

struct segment {
	uint32_t from, to;
	uint16_t source, destination;
	uint32_t seq, ack;
	uint8_t flags;
};

/* Writes IP and TCP; a SYN without ACK carries an MSS as Nmap's does. The length. */
static uint32_t put_tcp(uint8_t *ip, const struct segment *s, uint8_t hops)
{
	uint32_t len = TCP + (s->flags == 0x02 ? MSS_OPTION : 0);
	uint8_t *tcp = ip + IP;

	put_ip(ip, s->from, s->to, 6, len, hops);
	memset(tcp, 0, len);
	put16(tcp, s->source);
	put16(tcp + 2, s->destination);
	put32(tcp + 4, s->seq);
	put32(tcp + 8, s->ack);
	tcp[12] = (uint8_t)(len / 4 << 4);
	tcp[13] = s->flags;
	put16(tcp + 14, 1024);
	if (len > TCP)
		put32(tcp + TCP, 0x020405b4);
	put16(tcp + 16, folded(tcp, len,
			       (s->from >> 16) + (s->from & 0xffff) + (s->to >> 16) +
				       (s->to & 0xffff) + 6 + len));
	return IP + len;
}

static void write_frame(int64_t time, const uint8_t *ip, uint32_t len)
{
	static const uint8_t link[ETHERNET] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0};
	uint32_t head[4] = {(uint32_t)(START_S + time / 1000000000), (uint32_t)(time % 1000000000),
			    ETHERNET + len, ETHERNET + len};

	fwrite(head, sizeof(head), 1, capture);
	fwrite(link, sizeof(link), 1, capture);
	fwrite(ip, len, 1, capture);
}

static uint32_t cookie_of(const struct event *e)
{
	return (uint32_t)mixed(e->host, e->port, 4 + (e->try_number & 1));
}

static struct segment probe_of(const struct event *e)
{
	return (struct segment) {
		.from = SCANNER,
		.to = FIRST_HOST + e->host,
		.source = (uint16_t)(SOURCE_PORT + 2 * e->try_number),
		.destination = e->port,
		.seq = cookie_of(e),
		.flags = 0x02,
	};
}

static void write_probe(const struct event *e)
{
	struct segment s = probe_of(e);
	uint8_t ip[128];

	write_frame(e->time, ip, put_tcp(ip, &s, 50));
}

/* SYN/ACK, RST, or a router's refusal that quotes the probe. */
static void write_answer(const struct event *e, enum answer answer)
{
	struct segment probe = probe_of(e);
	struct segment s = {
		.from = probe.to,
		.to = probe.from,
		.source = probe.destination,
		.destination = probe.source,
		.seq = answer == OPEN ? (uint32_t)mixed(e->host, e->port, 6) : 0,
		.ack = probe.seq + 1,
		.flags = answer == OPEN ? 0x12 : 0x14,
	};
	uint8_t ip[128];
	uint32_t quoted;

	if (answer != PROHIBITED) {
		write_frame(e->time, ip, put_tcp(ip, &s, 60));
		return;
	}
	quoted = put_tcp(ip + IP + 8, &probe, 49);
	put_ip(ip, ROUTER, SCANNER, 1, 8 + quoted, 64);
	memset(ip + IP, 0, 8);
	ip[IP] = 3; /* unreachable, administratively prohibited */
	ip[IP + 1] = 13;
	put16(ip + IP + 2, folded(ip + IP, 8 + quoted, 0));
	write_frame(e->time, ip, IP + 8 + quoted);
}

/* The scanner's kernel knows nothing of the connection. */
static void write_reset(const struct event *e)
{
	struct segment s = probe_of(e);
	uint8_t ip[128];

	s.flags = 0x04;
	s.seq++;
	write_frame(e->time, ip, put_tcp(ip, &s, 64));
}

static bool is_lost(const struct event *e, unsigned way)
{
	return mixed((uint64_t)e->host << 16 | e->port, e->try_number, 8 + way) % 100 < loss;
}

static bool arrives(const struct event *e)
{
	return answer_of(e->host, e->port) != SILENT && !is_lost(e, 0) && !is_lost(e, 1);
}

static void happen(const struct event *e)
{
	int64_t rtt = 1000000 + (int64_t)(mixed(e->host, 0, 7) % 150000000);
	enum answer answer = answer_of(e->host, e->port);

	switch ((enum what)e->what) {
	case PROBE:
		write_probe(e);
		if (arrives(e))
			schedule(e->time + rtt, ANSWER, e, e->try_number);
		else if (e->try_number < tries)
			schedule(e->time + RETRY_NS, PROBE, e, (uint8_t)(e->try_number + 1));
		break;
	case ANSWER:
		write_answer(e, answer);
		if (answer == OPEN)
			schedule(e->time + RESET_NS, RESET, e, e->try_number);
		break;
	case RESET:
		write_reset(e);
		break;
	}
}

/* What the packets show of a port. */
static void write_truth(FILE *truth, uint32_t host, uint16_t port)
{
	static const char *const words[] = {"open syn-ack", "closed reset",
					    "filtered admin-prohibited", "filtered no-response"};
	struct event e = {.host = host, .port = port};
	uint32_t a = FIRST_HOST + host;
	enum answer seen = SILENT;

	for (e.try_number = 1; e.try_number <= tries; e.try_number++) {
		if (arrives(&e))
			seen = answer_of(host, port);
	}
	fprintf(truth, "%u.%u.%u.%u %u %s\n", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255, port,
		words[seen]);
}

int main(int argc, char *argv[])
{
	const uint32_t head[6] = {NS_MAGIC, 4u << 16 | 2, 0, 0, SNAPLEN, 1};
	uint32_t hosts, ports;
	int64_t time = 0;
	FILE *truth;

	if (argc != 8)
		return 2;
	capture = fopen(argv[1], "wb");
	truth = fopen(argv[2], "w");
	hosts = (uint32_t)strtoul(argv[3], NULL, 10);
	ports = (uint32_t)strtoul(argv[4], NULL, 10);
	loss = strtoul(argv[5], NULL, 10);
	tries = strtoul(argv[6], NULL, 10);
	seed = strtoul(argv[7], NULL, 10);
	if (!capture || !truth || !hosts || !ports || ports > 65535 || !tries || tries > 200)
		return 2;
	fwrite(head, sizeof(head), 1, capture);
	for (uint32_t port = 1; port <= ports; port++) {
		for (uint32_t host = 0; host < hosts; host++, time += GAP_NS) {
			struct event e = {.time = time, .host = host, .port = (uint16_t)port};

			while (count && heap[0].time <= time) {
				struct event due = next_event();

				happen(&due);
			}
			e.order = orders++;
			e.what = PROBE;
			e.try_number = 1;
			happen(&e);
			write_truth(truth, host, (uint16_t)port);
		}
	}
	while (count) {
		struct event due = next_event();

		happen(&due);
	}
	free(heap);
	return fclose(capture) || fclose(truth) ? 1 : 0;
}
