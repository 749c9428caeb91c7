// SPDX-License-Identifier: Apache-2.0
// Sets of ports, the most popular ports, and the order they are scanned in.
#include "scan/port.h"

#include <errno.h>
#include <string.h>

#include "base/rng.h"
#include "scan/port_rank.h"

#define WORD_BITS 64

/* Scanned first, as Nmap does (portlist.cc random_port_cheat): an answer soon gives an RTT. */
static const uint16_t first_ports[] = {
	80,   23,   443, 21,  22,  25,   3389, 110, 445,  139, 143,  53,  135, 3306,
	8080, 1723, 111, 995, 993, 5900, 1025, 587, 8888, 199, 1720, 113, 554, 256,
};

void port_set_add(struct port_set *set, unsigned first, unsigned last)
{
	for (unsigned at = first / WORD_BITS; at <= last / WORD_BITS; at++) {
		uint64_t mask = UINT64_MAX;

		if (at == first / WORD_BITS)
			mask &= UINT64_MAX << first % WORD_BITS;
		if (at == last / WORD_BITS)
			mask &= UINT64_MAX >> (WORD_BITS - 1 - last % WORD_BITS);
		set->count += (unsigned)__builtin_popcountll(mask & ~set->bits[at]);
		set->bits[at] |= mask;
	}
}

void port_set_remove(struct port_set *set, unsigned port)
{
	uint64_t bit = UINT64_C(1) << port % WORD_BITS;

	set->count -= (set->bits[port / WORD_BITS] & bit) != 0;
	set->bits[port / WORD_BITS] &= ~bit;
}

/* Counts again after words were changed. */
static void recount(struct port_set *set)
{
	set->count = 0;
	for (size_t i = 0; i < PORT_COUNT / WORD_BITS; i++)
		set->count += (unsigned)__builtin_popcountll(set->bits[i]);
}

void port_set_intersect(struct port_set *set, const struct port_set *other)
{
	for (size_t i = 0; i < PORT_COUNT / WORD_BITS; i++)
		set->bits[i] &= other->bits[i];
	recount(set);
}

void port_set_unite(struct port_set *set, const struct port_set *other)
{
	for (size_t i = 0; i < PORT_COUNT / WORD_BITS; i++)
		set->bits[i] |= other->bits[i];
	recount(set);
}

void port_set_subtract(struct port_set *set, const struct port_set *other)
{
	for (size_t i = 0; i < PORT_COUNT / WORD_BITS; i++)
		set->bits[i] &= ~other->bits[i];
	recount(set);
}

bool port_set_has(const struct port_set *set, unsigned port)
{
	return port <= PORT_MAX && set->bits[port / WORD_BITS] >> port % WORD_BITS & 1;
}

int port_set_next(const struct port_set *set, unsigned from)
{
	for (unsigned at = from / WORD_BITS; at < PORT_COUNT / WORD_BITS; at++) {
		uint64_t word = set->bits[at];

		if (at == from / WORD_BITS)
			word &= UINT64_MAX << from % WORD_BITS;
		if (word)
			return (int)(at * WORD_BITS + (unsigned)__builtin_ctzll(word));
	}
	return -1;
}

void port_set_print(const struct port_set *set, struct buf *out)
{
	const char *comma = "";

	for (int first = port_set_next(set, 0); first >= 0;) {
		unsigned last = (unsigned)first;

		while (port_set_has(set, last + 1))
			last++;
		buf_puts(out, comma);
		buf_u64(out, (uint64_t)first);
		if (last > (unsigned)first) {
			buf_putc(out, '-');
			buf_u64(out, last);
		}
		comma = ",";
		first = port_set_next(set, last + 1);
	}
}

const uint16_t *port_rank(enum service_proto proto, size_t *ret_count)
{
	switch (proto) {
	case SERVICE_TCP:
		*ret_count = rank_tcp_count;
		return rank_tcp;
	case SERVICE_UDP:
		*ret_count = rank_udp_count;
		return rank_udp;
	case SERVICE_SCTP:
	case SERVICE_IP:
	case SERVICE_PROTOS:
		break;
	}
	*ret_count = 0;
	return NULL;
}

void port_top(enum service_proto proto, unsigned n, const struct port_set *within,
	      struct port_set *set)
{
	struct port_set added = {0};
	size_t count;
	const uint16_t *rank = port_rank(proto, &count);

	for (size_t i = 0; i < count && added.count < n; i++)
		if (!within || port_set_has(within, rank[i]))
			port_set_add(&added, rank[i], rank[i]);
	for (unsigned port = 1; port <= PORT_MAX && added.count < n; port++)
		if (!within || port_set_has(within, port))
			port_set_add(&added, port, port);
	if (within && port_set_has(within, 0) && added.count < n)
		port_set_add(&added, 0, 0);
	port_set_unite(set, &added);
}

/* Takes the ports of --exclude-ports out. */
static int leave_out(const struct port_choice *choice, const struct service_table *names,
		     struct port_spec *spec, struct err *err)
{
	struct port_spec less;
	int rc = port_parse(choice->exclude, choice->scanned, names, &less, err);

	if (rc)
		return rc;
	for (unsigned proto = 0; proto < SERVICE_PROTOS; proto++)
		port_set_subtract(&spec->of[proto], &less.of[proto]);
	return 0;
}

/* The most popular ports of each scanned protocol; of spec's when there was a -p. */
static int choose_top(const struct port_choice *choice, struct port_spec *spec, struct err *err)
{
	unsigned n = choice->fast ? PORT_FAST_TOP : choice->top ? choice->top : PORT_DEFAULT_TOP;

	for (unsigned proto = 0; proto < SERVICE_PROTOS; proto++) {
		struct port_set within = spec->of[proto];

		if (!(choice->scanned & 1u << proto))
			continue;
		if (!choice->spec && (proto == SERVICE_SCTP || proto == SERVICE_IP))
			return err_set(err, -EINVAL,
				       "there is no ranking of %s ports; name the ports with -p",
				       service_proto_name((enum service_proto)proto));
		spec->of[proto] = (struct port_set) {0};
		port_top((enum service_proto)proto, n, choice->spec ? &within : NULL,
			 &spec->of[proto]);
	}
	return 0;
}

int port_choose(const struct port_choice *choice, const struct service_table *names,
		struct port_spec *ret_spec, struct err *err)
{
	struct port_spec spec = {0};
	unsigned total = 0;
	int rc = 0;

	if (choice->fast && choice->spec)
		return err_set(err, -EINVAL,
			       "-F and -p \"%s\" exclude each other; use -p with --top-ports 100 "
			       "for the most popular of these ports",
			       choice->spec);
	if (choice->fast && choice->top)
		return err_set(err, -EINVAL,
			       "-F means --top-ports %d, so --top-ports %u contradicts it; "
			       "leave one out",
			       PORT_FAST_TOP, choice->top);
	if (choice->spec)
		rc = port_parse(choice->spec, choice->scanned, names, &spec, err);
	if (!rc && (!choice->spec || choice->top))
		rc = choose_top(choice, &spec, err);
	if (!rc && choice->exclude)
		rc = leave_out(choice, names, &spec, err);
	if (rc)
		return rc;
	for (unsigned proto = 0; proto < SERVICE_PROTOS; proto++)
		total += spec.of[proto].count;
	if (!total && choice->exclude)
		return err_set(err, -EINVAL,
			       "excluding \"%s\" leaves no port to scan; exclude less",
			       choice->exclude);
	*ret_spec = spec;
	return 0;
}

static bool is_first(uint16_t port)
{
	for (size_t i = 0; i < sizeof(first_ports) / sizeof(first_ports[0]); i++)
		if (first_ports[i] == port)
			return true;
	return false;
}

static void swap(uint16_t *a, uint16_t *b)
{
	uint16_t kept = *a;

	*a = *b;
	*b = kept;
}

void port_order(const struct port_set *set, enum service_proto proto, uint64_t seed,
		bool sequential, uint16_t *out)
{
	struct rng rng = {seed};
	size_t count = 0, front = 0;

	for (int port = port_set_next(set, 0); port >= 0;
	     port = port_set_next(set, (unsigned)port + 1))
		out[count++] = (uint16_t)port;
	if (sequential)
		return;
	for (size_t left = count; left > 1; left--)
		swap(&out[left - 1], &out[rng_below(&rng, left)]);
	for (size_t i = 0; proto == SERVICE_TCP && i < count; i++)
		if (is_first(out[i]))
			swap(&out[i], &out[front++]);
}
