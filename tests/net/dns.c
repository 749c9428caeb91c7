// SPDX-License-Identifier: Apache-2.0
// A DNS server of a few made-up names on 127.0.0.1, in a thread of the test.
#include "dns.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MESSAGE_MAX 16384
#define TYPE_A      1
#define TYPE_CNAME  5
#define TYPE_PTR    12
#define TYPE_AAAA   28

/* 2001:db8::1a */
#define V6_REVERSE "a.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"

static int udp_fd, tcp_fd, stop_pipe[2];
static pthread_t thread;
static sem_t serving;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool ports[2][65536];
static unsigned questions[2];

/* A message being written. */
struct message {
	uint8_t bytes[MESSAGE_MAX];
	size_t len;
};

static void put(struct message *m, const void *bytes, size_t len)
{
	memcpy(m->bytes + m->len, bytes, len);
	m->len += len;
}

static void put16(struct message *m, unsigned value)
{
	put(m, (uint8_t[]) {(uint8_t)(value >> 8), (uint8_t)value}, 2);
}

/* An answer about the name asked for, or with owner a pointer elsewhere. */
static void put_record(struct message *m, unsigned type, const void *data, size_t len)
{
	put16(m, 0xc00c);
	put16(m, type);
	put16(m, 1);
	put16(m, 0);
	put16(m, 60);
	put16(m, (unsigned)len);
	put(m, data, len);
	m->bytes[7]++;
	if (m->bytes[7] == 0)
		m->bytes[6]++;
}

static void put_v4(struct message *m, uint8_t a, uint8_t b)
{
	put_record(m, TYPE_A, (uint8_t[]) {192, 0, a, b}, 4);
}

static void put_v6(struct message *m, uint8_t last)
{
	put_record(m, TYPE_AAAA, (uint8_t[16]) {0x20, 1, 0xd, 0xb8, [15] = last}, 16);
}

/* The question's name with dots; returns the bytes it took on the wire. */
static size_t read_name(const uint8_t *at, const uint8_t *end, char out[static 256])
{
	const uint8_t *begin = at;
	size_t n = 0;

	while (at < end && *at && *at < 64 && at + *at < end && n + *at + 1 < 255) {
		if (n)
			out[n++] = '.';
		memcpy(out + n, at + 1, *at);
		n += *at;
		at += *at + 1;
	}
	out[n] = '\0';
	return (size_t)(at - begin) + 1;
}

static void answer_reverse(struct message *m, const char *name)
{
	static const char two[] = "\3two\4test", esc[] = "\5\033[2Jx\4test", nul[] = "\3a\0b\4test";
	char longest[256] = "";

	if (strcmp(name, "1.2.0.192.in-addr.arpa") == 0 || strcmp(name, V6_REVERSE) == 0) {
		put_record(m, TYPE_PTR, two, sizeof(two));
	} else if (strncmp(name, "66.", 3) == 0) {
		put_record(m, TYPE_PTR, esc, sizeof(esc));
	} else if (strncmp(name, "68.", 3) == 0) {
		put_record(m, TYPE_PTR, nul, sizeof(nul));
	} else if (strncmp(name, "69.", 3) == 0) {
		for (int i = 0; i < 3; i++) {
			longest[i * 64] = 63;
			memset(longest + i * 64 + 1, 'a' + i, 63);
		}
		put_record(m, TYPE_PTR, longest, 193);
	} else {
		m->bytes[3] |= 3; /* NXDOMAIN */
	}
}

static void answer_forward(struct message *m, const char *name, unsigned type, bool tcp)
{
	bool alias = strcmp(name, "alias.test") == 0;

	if (strcmp(name, "two.test") == 0 || alias) {
		if (alias) /* the name it stands for, then its address under that name */
			put_record(m, TYPE_CNAME, "\3two\4test", 10);
		for (uint8_t i = 1; i <= 2; i++) {
			size_t at = m->len;

			if (type == TYPE_A)
				put_v4(m, 2, (uint8_t)(3 - i));
			if (type == TYPE_AAAA)
				put_v6(m, i);
			if (alias && m->len > at) /* header, question, head of the first record */
				m->bytes[at + 1] = 12 + 12 + 4 + 12;
		}
	} else if (strcmp(name, "four.test") == 0) {
		if (type == TYPE_A)
			put_v4(m, 2, 4);
	} else if (strcmp(name, "big.test") == 0) {
		if (!tcp)
			m->bytes[2] |= 2; /* TC: ask again by TCP */
		for (unsigned i = 0; tcp && type == TYPE_A && i < 300; i++)
			put_v4(m, (uint8_t)(2 + i / 256), (uint8_t)i);
	} else if (strcmp(name, "fail.test") == 0) {
		m->bytes[3] |= 2;
	} else {
		m->bytes[3] |= 3;
	}
}

/* False: say nothing. */
static bool answer(const uint8_t *question, size_t len, bool tcp, struct message *m)
{
	char name[256];
	size_t end;
	unsigned type;

	if (len < 17)
		return false;
	end = 12 + read_name(question + 12, question + len, name);
	if (end + 4 > len || strncmp(name, "silent.test", 11) == 0 || strncmp(name, "70.", 3) == 0)
		return false;
	type = (unsigned)question[end] << 8 | question[end + 1];
	m->len = 0;
	put(m, question, end + 4);
	memset(m->bytes + 6, 0, 6);
	m->bytes[2] = 0x81;
	m->bytes[3] = 0x80;
	if (strcmp(name, "rubbish.test") == 0) {
		m->bytes[7] = 9;
		put(m, "\xc0\x0c\xc0\x0c\xff\xff\xff\xff\xc0\xff", 10);
	} else if (type == TYPE_PTR) {
		answer_reverse(m, name);
	} else {
		answer_forward(m, name, type, tcp);
	}
	return true;
}

static void note(bool tcp, const struct sockaddr_in *from)
{
	pthread_mutex_lock(&lock);
	ports[tcp][ntohs(from->sin_port)] = true;
	questions[tcp]++;
	pthread_mutex_unlock(&lock);
}

static void serve_udp(void)
{
	static struct message reply;
	uint8_t question[1024];
	struct sockaddr_in from;
	socklen_t from_len = sizeof(from);
	ssize_t len = recvfrom(udp_fd, question, sizeof(question), 0, (void *)&from, &from_len);

	if (len < 0)
		return;
	note(false, &from);
	if (answer(question, (size_t)len, false, &reply))
		sendto(udp_fd, reply.bytes, reply.len, 0, (void *)&from, from_len);
}

static void serve_tcp(void)
{
	static struct message reply;
	uint8_t question[1024], head[2];
	struct sockaddr_in from;
	socklen_t from_len = sizeof(from);
	int fd = accept(tcp_fd, (void *)&from, &from_len);
	size_t len;

	if (fd < 0)
		return;
	note(true, &from);
	if (recv(fd, head, 2, MSG_WAITALL) == 2) {
		len = (size_t)head[0] << 8 | head[1];
		if (len <= sizeof(question) &&
		    recv(fd, question, len, MSG_WAITALL) == (ssize_t)len &&
		    answer(question, len, true, &reply)) {
			head[0] = (uint8_t)(reply.len >> 8);
			head[1] = (uint8_t)reply.len;
			if (send(fd, head, 2, MSG_MORE | MSG_NOSIGNAL) == 2)
				send(fd, reply.bytes, reply.len, MSG_NOSIGNAL);
		}
	}
	close(fd);
}

static void *serve(void *unused)
{
	struct pollfd fds[3] = {
		{.fd = udp_fd, .events = POLLIN},
		{.fd = tcp_fd, .events = POLLIN},
		{.fd = stop_pipe[0], .events = POLLIN},
	};

	sem_post(&serving);
	while (!fds[2].revents) {
		/* A change of user in the main thread interrupts this one. */
		if (poll(fds, 3, -1) < 0)
			continue;
		if (fds[0].revents)
			serve_udp();
		if (fds[1].revents)
			serve_tcp();
	}
	return unused;
}

void dns_start(uint16_t port)
{
	struct sockaddr_in here = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	udp_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	tcp_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(udp_fd, (void *)&here, sizeof(here)) < 0 ||
	    bind(tcp_fd, (void *)&here, sizeof(here)) < 0 || listen(tcp_fd, 5) < 0 ||
	    pipe(stop_pipe) < 0 || sem_init(&serving, 0, 0) < 0 ||
	    pthread_create(&thread, NULL, serve, NULL) != 0) {
		fprintf(stderr, "The test's DNS server cannot start: %m.\n");
		exit(1);
	}
	/* who forks now must not copy a lock that the new thread holds while it begins */
	while (sem_wait(&serving) < 0)
		;
}

void dns_stop(void)
{
	if (write(stop_pipe[1], "", 1) == 1)
		pthread_join(thread, NULL);
	close(stop_pipe[0]);
	close(stop_pipe[1]);
	close(udp_fd);
	close(tcp_fd);
}

bool dns_was_asked_from(bool tcp, uint16_t port)
{
	bool was;

	pthread_mutex_lock(&lock);
	was = ports[tcp][port];
	pthread_mutex_unlock(&lock);
	return was;
}

unsigned dns_questions(bool tcp)
{
	unsigned count;

	pthread_mutex_lock(&lock);
	count = questions[tcp];
	pthread_mutex_unlock(&lock);
	return count;
}
