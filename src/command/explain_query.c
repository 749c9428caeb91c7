// SPDX-License-Identifier: Apache-2.0
// What `sonde explain` is asked about: hosts, ports and a state, resolved against a capture.
#include "command/explain_query.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "evidence/phrase.h"
#include "evidence/scanners.h"

#define COUNT(array)    (sizeof(array) / sizeof((array)[0]))
#define PORT_LIST_SHOWN 60 /* columns of a list of ports within a sentence */

static int no_memory(const struct explain_query *q, struct err *err)
{
	return err_set(err, -ENOMEM, "there is no memory left to explain \"%s\".", q->input->path);
}

/* The protocols that "/udp" and kin behind ports may name. */
static const char *const protocols[] = {"tcp", "udp", "sctp", "ip"};

/* Where the "/udp" of ports begins; NULL when there is none. */
static const char *protocol_part(const char *operand)
{
	const char *slash = strrchr(operand, '/');

	for (size_t i = 0; slash && i < COUNT(protocols); i++) {
		if (!strcasecmp(slash + 1, protocols[i]))
			return slash;
	}
	return NULL;
}

/* Numbers are ports, whatever files there are: such a file is named with its folder, ./22. */
static bool is_numbers(const char *operand)
{
	size_t len = strspn(operand, "0123456789,-");

	return isdigit((unsigned char)*operand) &&
	       (!operand[len] || operand + len == protocol_part(operand));
}

bool explain_query_is_file(const char *operand)
{
	static const char *const endings[] = {".pcap",      ".pcapng",   ".pcap.gz",
					      ".pcapng.gz", ".pcap.zst", ".pcapng.zst"};
	size_t len = strlen(operand);
	struct stat st;

	if (!strcmp(operand, "-"))
		return true;
	if (is_numbers(operand))
		return false;
	if (strchr(operand, '/') && !protocol_part(operand))
		return true;
	for (size_t i = 0; i < COUNT(endings); i++) {
		size_t end = strlen(endings[i]);

		if (len > end && !strcmp(operand + len - end, endings[i]))
			return true;
	}
	return !strcmp(operand, ".") || !strcmp(operand, "..") ||
	       (!stat(operand, &st) && !S_ISDIR(st.st_mode));
}

const struct host_list *explain_query_hosts(const struct explain_query *q)
{
	return q->named.count ? &q->named : &q->targets;
}

/* "198.51.100.20", or "3 hosts, the first of them 198.51.100.20". */
static void write_hosts(const struct explain_query *q, const struct host_list *hosts,
			struct buf *out)
{
	char text[ADDR_TEXT_MAX];

	if (hosts->count > 1) {
		phrase_count(out, hosts->count);
		buf_puts(out, " hosts, the first of them ");
	}
	buf_puts(out, addr_text(&ledger_host(q->input->ledger, hosts->items[0])->addr, text));
}

/* Why there is nothing to explain. */
static int say_no_scan(const struct explain_input *in, struct err *err)
{
	if (!in->frames)
		return err_set(
			err, -ENOENT,
			"\"%s\" shows no scan: it holds not one frame, as none came by where "
			"and while it was taken, or none passed its filter",
			in->path);
	if (in->around->orphans.count)
		return err_set(err, -ENOENT,
			       "\"%s\" shows no scan, but answers to one: none of its %" PRIu64
			       " frames is a probe, and %" PRIu64 " are SYN/ACKs and RSTs to "
			       "somebody who asked; capture both directions, for answers alone "
			       "prove nothing",
			       in->path, in->frames, in->around->orphans.count);
	return err_set(err, -ENOENT,
		       "\"%s\" shows no scan: none of its %" PRIu64 " frames is a probe (TCP SYN, "
		       "bare ACK, FIN and kin, UDP datagram, SCTP INIT, echo, timestamp or ARP "
		       "request, neighbour solicitation)",
		       in->path, in->frames);
}

int explain_query_begin(struct explain_query *q, const struct explain_input *input, struct err *err)
{
	const struct ledger *l = input->ledger;
	uint32_t count = ledger_host_count(l);
	struct scanners who;

	q->input = input;
	q->state = -1;
	q->targets.items = malloc((count + 1) * sizeof(*q->targets.items));
	if (!q->targets.items || !scanners_find(l, &who))
		return no_memory(q, err);
	for (uint32_t i = 0; i < count; i++) {
		if (verdict_is_target(l, i) && scanners_has(&who, ledger_host(l, i)))
			q->targets.items[q->targets.count++] = i;
	}
	return q->targets.count ? 0 : say_no_scan(input, err);
}

void explain_query_done(struct explain_query *q)
{
	free(q->targets.items);
	free(q->named.items);
	*q = (struct explain_query) {0};
}

static bool is_named(const struct explain_query *q, uint32_t host)
{
	for (size_t i = 0; i < q->named.count; i++) {
		if (q->named.items[i] == host)
			return true;
	}
	return false;
}

static int add_named(struct explain_query *q, uint32_t host, struct err *err)
{
	struct host_list *n = &q->named;
	uint32_t *grown = realloc(n->items, (n->count + 1) * sizeof(*grown));

	if (!grown)
		return no_memory(q, err);
	n->items = grown;
	n->items[n->count++] = host;
	return 0;
}

/* Adds what each scanner found of this address to the hosts named; what: how the user wrote it. */
static int name_host(struct explain_query *q, const struct addr *addr, const char *what,
		     struct err *err)
{
	const struct ledger *l = q->input->ledger;
	uint32_t host = ledger_find_host(l, addr);
	struct buf probed = {0};
	int code = 0;

	if (host == EVENT_NONE) {
		write_hosts(q, &q->targets, &probed);
		err_set(err, -ENOENT, "host %s was not probed in this capture; it probed %s", what,
			buf_text(&probed));
		buf_done(&probed);
		return -ENOENT;
	}
	if (is_named(q, host)) /* then all hosts of this address are */
		return 0;
	for (; host != EVENT_NONE && !code; host = ledger_find_alike(l, host))
		code = add_named(q, host, err);
	return code;
}

/* Names every probed host that the capture calls so. -ENODATA: it calls none so. */
static int name_by_record(struct explain_query *q, const char *name, struct err *err)
{
	const struct inventory *v = capture_inventory(q->input->capture);
	int result = -ENODATA;

	for (size_t i = 0; i < v->name_count && (!result || result == -ENODATA); i++) {
		if (strcasecmp(v->names[i].name, name))
			continue;
		if (ledger_find_host(q->input->ledger, &v->names[i].address) != EVENT_NONE)
			result = name_host(q, &v->names[i].address, name, err);
	}
	return result;
}

/* Takes "/udp" and kin off the end of a list of ports; false when two of them disagree. */
static bool take_protocol(struct explain_query *q, char *list)
{
	char *slash = strrchr(list, '/');

	for (size_t i = 0; slash && i < COUNT(protocols); i++) {
		if (strcasecmp(slash + 1, protocols[i]))
			continue;
		if (q->protocol && q->protocol != protocols[i])
			return false;
		q->protocol = protocols[i];
		*slash = '\0';
		return true;
	}
	return true;
}

static int add_ports(struct explain_query *q, const char *operand, struct err *err)
{
	struct service_table *names = service_table_new(NULL, 0);
	struct port_spec *spec = calloc(1, sizeof(*spec));
	int code = -ENOMEM;

	if (names && spec)
		code = port_parse(operand, 1u << SERVICE_TCP, names, spec, err);
	else
		no_memory(q, err);
	if (!code)
		port_set_unite(&q->ports, &spec->of[SERVICE_TCP]);
	else if (code == -EINVAL && isalpha((unsigned char)*operand))
		err_set(err, code,
			"\"%s\" is no file, no host of this capture and no port; give a capture "
			"file first, then hosts, then ports as in 22,80-90",
			operand);
	free(spec);
	service_table_free(names);
	return code;
}

int explain_query_add(struct explain_query *q, const char *operand, struct err *err)
{
	struct addr addr;
	char *list;
	int code;

	if (addr_parse(operand, &addr))
		return name_host(q, &addr, operand, err);
	code = name_by_record(q, operand, err);
	if (code != -ENODATA)
		return code;
	list = strdup(operand);
	if (!list)
		return no_memory(q, err);
	if (!take_protocol(q, list))
		code = err_set(err, -EINVAL, "name ports of one protocol at a time: \"%s\"",
			       operand);
	else if (strchr(list, '/'))
		code = err_set(err, -EINVAL,
			       "\"%s\" names no ports of tcp, udp, sctp or ip, and only the first "
			       "operand can be a file",
			       operand);
	else
		code = add_ports(q, list, err);
	free(list);
	return code;
}

int explain_query_state(const char *name, int *ret_state, struct err *err)
{
	if (!name) {
		*ret_state = -1;
		return 0;
	}
	for (int state = 0; state < PORT_STATES; state++) {
		if (strcasecmp(name, port_state_name(state)))
			continue;
		*ret_state = state;
		return 0;
	}
	return err_set(err, -EINVAL,
		       "\"%s\" is no state of a port; use open, closed, filtered, unfiltered, "
		       "open|filtered or undecided",
		       name);
}

/* A walk over the pairs. */
struct walk {
	const struct explain_query *q;
	const struct port_set *ports; /* NULL: any */
	int state;
	explain_pair_fn *fn;
	void *user;
};

/* The pairs of one host by one kind of probe. 0 or -ENOMEM. */
static int each_of_kind(const struct walk *w, uint32_t host, enum probe_kind kind)
{
	const struct ledger *l = w->q->input->ledger;
	uint32_t count = verdict_all_by(l, host, kind, 0, NULL);
	struct port_verdict *v;

	if (!count)
		return 0;
	v = malloc(count * sizeof(*v));
	if (!v)
		return -ENOMEM;
	verdict_all_by(l, host, kind, count, v);
	for (uint32_t p = 0; p < count; p++) {
		if ((!w->ports || port_set_has(w->ports, v[p].port)) &&
		    (w->state < 0 || (int)v[p].state == w->state))
			w->fn(w->user, host, &v[p]);
	}
	free(v);
	return 0;
}

static int walk_host(const struct walk *w, uint32_t host)
{
	int code = 0;

	for (int kind = 0; kind < PROBE_KINDS && !code; kind++) {
		const char *protocol = probe_kind_protocol(kind);

		if (protocol && (!w->q->protocol || !strcmp(protocol, w->q->protocol)))
			code = each_of_kind(w, host, kind);
	}
	return code;
}

static int walk(const struct walk *w)
{
	const struct host_list *hosts = explain_query_hosts(w->q);
	int code = 0;

	for (size_t i = 0; i < hosts->count && !code; i++)
		code = walk_host(w, hosts->items[i]);
	return code;
}

/* Over what was asked for. */
static struct walk asked(const struct explain_query *q, explain_pair_fn *fn, void *user)
{
	return (struct walk) {
		.q = q,
		.ports = q->ports.count ? &q->ports : NULL,
		.state = q->state,
		.fn = fn,
		.user = user,
	};
}

int explain_query_each_of(const struct explain_query *q, uint32_t host, explain_pair_fn *fn,
			  void *user)
{
	const struct walk w = asked(q, fn, user);

	return walk_host(&w, host);
}

int explain_query_each(const struct explain_query *q, explain_pair_fn *fn, void *user)
{
	const struct walk w = asked(q, fn, user);

	return walk(&w);
}

/* The ports of some pairs, and how many pairs these are. */
struct seen {
	struct port_set ports;
	size_t pairs;
};

static void see(void *user, uint32_t host, const struct port_verdict *v)
{
	struct seen *s = user;

	(void)host;
	s->pairs++;
	if (!port_set_has(&s->ports, v->port))
		port_set_add(&s->ports, v->port, v->port);
}

/* What there is of these ports (NULL: of all), whatever their state. 0 or -ENOMEM. */
static int look(const struct explain_query *q, const struct port_set *ports, struct seen *ret_seen)
{
	const struct walk w = {.q = q, .ports = ports, .state = -1, .fn = see, .user = ret_seen};

	*ret_seen = (struct seen) {0};
	return walk(&w);
}

/* Appends a set of ports, cut at a comma when it is long. */
static void write_ports(struct buf *out, const struct port_set *ports)
{
	struct buf all = {0};
	const char *text;
	size_t len;

	port_set_print(ports, &all);
	text = buf_text(&all);
	len = strlen(text);
	if (len > PORT_LIST_SHOWN) {
		for (len = PORT_LIST_SHOWN; len && text[len] != ','; len--)
			;
		buf_add(out, text, len);
		buf_puts(out, ",...");
	} else {
		buf_puts(out, text);
	}
	buf_done(&all);
}

/* One sentence on the ports that were asked for and not probed. -ENOENT or -ENOMEM. */
static int say_missing(const struct explain_query *q, struct err *err)
{
	struct port_set missing = q->ports;
	struct buf text = {0};
	struct seen seen;

	port_set_subtract(&missing, &q->found);
	if (look(q, NULL, &seen))
		return no_memory(q, err);
	buf_puts(&text, missing.count == 1 ? "port " : "ports ");
	write_ports(&text, &missing);
	buf_printf(&text, "/%s %s", q->protocol ? q->protocol : "tcp",
		   missing.count == 1 ? "was" : "were");
	buf_puts(&text, " not probed in this capture; it probed ");
	if (seen.ports.count) {
		phrase_count(&text, seen.ports.count);
		buf_puts(&text, seen.ports.count == 1 ? " port of " : " ports of ");
	} else {
		buf_printf(&text, "no %s port of ",
			   !q->protocol || !strcmp(q->protocol, "tcp") ? "TCP" : q->protocol);
	}
	write_hosts(q, explain_query_hosts(q), &text);
	if (seen.ports.count) {
		buf_puts(&text, ": ");
		write_ports(&text, &seen.ports);
	}
	err_set(err, -ENOENT, "%s", buf_text(&text));
	buf_done(&text);
	return -ENOENT;
}

int explain_query_find(struct explain_query *q, struct err *err)
{
	struct seen seen;

	if (!q->ports.count)
		return 0;
	if (look(q, &q->ports, &seen))
		return no_memory(q, err);
	q->found = seen.ports;
	q->pairs = seen.pairs;
	return q->state < 0 && q->found.count < q->ports.count ? say_missing(q, err) : 0;
}
