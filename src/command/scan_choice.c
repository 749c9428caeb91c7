// SPDX-License-Identifier: Apache-2.0
// What a scan's options come to: scan types, discovery probes and timing, free of contradictions.
#include "command/scan_choice.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define RIGHTS                                                                                     \
	"which needs CAP_NET_RAW; use sudo, or give the program that capability, or scan by "      \
	"connections with -sT."

/* ---- scan types ---- */

/*
 * The first of the scan types asked for that `wanted` is true of, from `kind` on; SCAN_KINDS: none.
 */
static unsigned next_kind(const struct scan_options *o, unsigned kind)
{
	while (kind < SCAN_KINDS && !o->scan[kind])
		kind++;
	return kind;
}

static int refuse_two(const char *a, const char *b, const char *why, struct err *err)
{
	return err_set(err, -EINVAL, "%s and %s contradict each other: %s.", a, b, why);
}

/* The spelling of a scan type, such as "-sS". */
static const char *spelling(enum scan_kind kind, char out[static 4])
{
	memcpy(out, "-s?", 4);
	out[2] = scan_kind_row(kind)->letter;
	return out;
}

/* -sn and -sL probe no ports, so all that says how to probe them contradicts them. */
static int check_no_ports(const struct scan_options *o, struct err *err)
{
	const char *which = o->list_only ? "-sL" : "-sn";
	unsigned kind = next_kind(o, 0);
	char letters[4];

	if (o->no_ports && o->list_only)
		return refuse_two("-sn", "-sL",
				  "the one discovers hosts, the other sends them nothing", err);
	if (!o->no_ports && !o->list_only)
		return 0;
	if (kind < SCAN_KINDS)
		return refuse_two(which, spelling(kind, letters), "the one probes no ports", err);
	if (o->ports || o->fast || o->top_ports || o->exclude_ports)
		return refuse_two(which,
				  o->ports       ? "-p"
				  : o->fast      ? "-F"
				  : o->top_ports ? "--top-ports"
						 : "--exclude-ports",
				  "the one probes no ports", err);
	return 0;
}

/* Takes the scan types in order: the one by TCP, then UDP. */
static int choose_kinds(const struct scan_options *o, bool raw, struct scan_choice *c,
			struct err *err)
{
	char one[4], other[4];

	for (unsigned kind = next_kind(o, 0); kind < SCAN_KINDS; kind = next_kind(o, kind + 1)) {
		if (c->kind_count && kind != SCAN_UDP)
			return refuse_two(
				spelling(c->kinds[0], one), spelling(kind, other),
				"each port is asked in one way by TCP, so run the one after "
				"the other",
				err);
		if (c->kind_count && c->kinds[0] == SCAN_CONNECT)
			return refuse_two(
				"-sT", "-sU",
				"a connect scan sends no packets of its own; use -sS with "
				"-sU, or run the one after the other",
				err);
		if (scan_kind_row(kind)->raw && !raw)
			return err_set(err, -EPERM, "%s sends packets of its own, " RIGHTS,
				       spelling(kind, one));
		c->kinds[c->kind_count++] = kind;
	}
	if (!c->kind_count && !o->no_ports && !o->list_only)
		c->kinds[c->kind_count++] = raw ? SCAN_SYN : SCAN_CONNECT;
	c->connect = !raw || (c->kind_count && c->kinds[0] == SCAN_CONNECT);
	return 0;
}

/* ---- timing ---- */

static int choose_level(const char *text, enum timing_level *ret_level, struct err *err)
{
	*ret_level = TIMING_NORMAL;
	if (!text)
		return 0;
	for (unsigned level = 0; level < TIMING_LEVELS; level++) {
		const char digit[] = {(char)('0' + level), '\0'};

		if (strcmp(text, digit) && strcmp(text, timing_name(level)))
			continue;
		*ret_level = level;
		return 0;
	}
	return err_set(
		err, -EINVAL,
		"-T takes a level from 0 to 5 or its name (paranoid, sneaky, polite, normal, "
		"aggressive, insane), not \"%s\"",
		text);
}

/* What the user said goes before what the level says, and the level's other limits give way. */
static int choose_waits(const struct scan_options *o, struct engine_timing *t, struct err *err)
{
	if (o->rtt_min && o->rtt_max && o->rtt_min > o->rtt_max)
		return err_set(err, -EINVAL,
			       "--min-rtt-timeout is longer than --max-rtt-timeout; exchange them");
	if (o->rtt_initial && o->rtt_max && o->rtt_initial > o->rtt_max)
		return err_set(err, -EINVAL,
			       "--initial-rtt-timeout is longer than --max-rtt-timeout; make it "
			       "shorter, or leave one out");
	if (o->rtt_initial && o->rtt_initial < o->rtt_min)
		return err_set(err, -EINVAL,
			       "--initial-rtt-timeout is shorter than --min-rtt-timeout; make it "
			       "longer, or leave one out");
	if (o->rtt_max)
		t->rtt_max = o->rtt_max;
	if (o->rtt_min)
		t->rtt_min = o->rtt_min;
	if (o->rtt_initial)
		t->rtt_initial = o->rtt_initial;
	if (t->rtt_max < t->rtt_min)
		*(o->rtt_max ? &t->rtt_min : &t->rtt_max) = o->rtt_max ? t->rtt_max : t->rtt_min;
	if (t->rtt_initial > t->rtt_max)
		*(o->rtt_initial ? &t->rtt_max : &t->rtt_initial) =
			o->rtt_initial ? t->rtt_initial : t->rtt_max;
	if (t->rtt_initial < t->rtt_min)
		*(o->rtt_initial ? &t->rtt_min : &t->rtt_initial) =
			o->rtt_initial ? t->rtt_initial : t->rtt_min;
	return 0;
}

/* Two options, "--min-" and "--max-" of the same; 0: not given. */
static int check_order(double least, double most, const char *of, struct err *err)
{
	if (least <= 0 || most <= 0 || least <= most)
		return 0;
	return err_set(err, -EINVAL, "--min-%s is higher than --max-%s; exchange them", of, of);
}

static int choose_timing(const struct scan_options *o, struct engine_timing *t, struct err *err)
{
	enum timing_level level;
	int code = choose_level(o->timing, &level, err);

	if (!code)
		code = check_order(o->min_rate, o->max_rate, "rate", err);
	if (!code)
		code = check_order((double)o->min_parallelism, (double)o->max_parallelism,
				   "parallelism", err);
	if (!code)
		code = check_order((double)o->min_hostgroup, (double)o->max_hostgroup, "hostgroup",
				   err);
	if (code)
		return code;
	*t = *timing_of(level);
	if (o->scan_delay_given && o->max_scan_delay && o->scan_delay > o->max_scan_delay)
		return err_set(err, -EINVAL,
			       "--scan-delay is longer than --max-scan-delay; make it shorter, or "
			       "leave one out");
	t->min_rate = o->min_rate;
	t->max_rate = o->max_rate;
	if (o->max_retries_given)
		t->max_retries = (unsigned)o->max_retries;
	if (o->scan_delay_given)
		t->scan_delay = o->scan_delay;
	if (o->max_scan_delay)
		t->max_scan_delay = o->max_scan_delay;
	if (o->host_timeout)
		t->host_timeout = o->host_timeout;
	if (o->max_parallelism)
		t->max_parallelism = (unsigned)o->max_parallelism;
	return choose_waits(o, t, err);
}

int scan_choose(const struct scan_options *options, bool raw, struct scan_choice *ret_choice,
		struct err *err)
{
	struct scan_choice c = {0};
	int code = check_no_ports(options, err);

	if (!code)
		code = choose_kinds(options, raw, &c, err);
	if (!code)
		code = choose_timing(options, &c.timing, err);
	if (!code)
		*ret_choice = c;
	return code;
}

unsigned scan_choice_protocols(const struct scan_choice *choice)
{
	unsigned bits = 0;

	for (unsigned i = 0; i < choice->kind_count; i++)
		bits |= 1u << scan_kind_row(choice->kinds[i])->proto;
	return bits;
}

/* ---- host discovery ---- */

/* Adds a probe of host discovery. False when memory is out. */
static bool add_ping(struct scan_choice *c, const struct host_ping *ping)
{
	struct host_ping *pings = realloc(c->pings, (c->ping_count + 1) * sizeof(*pings));

	if (!pings)
		return false;
	c->pings = pings;
	c->pings[c->ping_count++] = *ping;
	return true;
}

/* The probes of -PS, -PA or -PU: one for each port. syn: the ports of -PS, filled by it. */
static int add_port_pings(struct scan_choice *c, enum probe_kind kind, const char *ports,
			  const struct service_table *names, struct port_set *syn, struct err *err)
{
	enum service_proto proto = kind == PROBE_UDP ? SERVICE_UDP : SERVICE_TCP;
	struct port_spec *spec;
	int code;

	if (!ports)
		return 0;
	spec = malloc(sizeof(*spec));
	code = spec ? port_parse(ports, 1u << proto, names, spec, err) : -ENOMEM;
	if (!code && kind == PROBE_SYN)
		*syn = spec->of[proto];
	for (int port = code ? -1 : port_set_next(&spec->of[proto], 0); port >= 0 && !code;
	     port = port < PORT_MAX ? port_set_next(&spec->of[proto], (unsigned)port + 1) : -1) {
		struct host_ping ping = {
			.kind = kind,
			.port = (uint16_t)port,
			.apart = kind == PROBE_ACK && port_set_has(syn, (unsigned)port),
		};

		if (!add_ping(c, &ping))
			code = -ENOMEM;
	}
	free(spec);
	return code;
}

/* All probes that the options ask for, in order of sending. */
static int add_pings(const struct scan_options *o, const struct service_table *names,
		     struct scan_choice *c, struct err *err)
{
	struct port_set *syn = calloc(1, sizeof(*syn));
	int code = syn ? 0 : -ENOMEM;

	if (!code && o->ping_echo && !add_ping(c, &(struct host_ping) {.kind = PROBE_ECHO}))
		code = -ENOMEM;
	if (!code)
		code = add_port_pings(c, PROBE_SYN, o->ping_syn, names, syn, err);
	if (!code)
		code = add_port_pings(c, PROBE_ACK, o->ping_ack, names, syn, err);
	if (!code)
		code = add_port_pings(c, PROBE_UDP, o->ping_udp, names, syn, err);
	if (!code && o->ping_timestamp &&
	    !add_ping(c, &(struct host_ping) {.kind = PROBE_TIMESTAMP}))
		code = -ENOMEM;
	free(syn);
	return code == -ENOMEM ? err_set(err, code, "there is no memory left to start.") : code;
}

/* The first of the discovery options given, NULL when none is. */
static const char *given_ping(const struct scan_options *o)
{
	return o->ping_echo        ? "-PE"
	       : o->ping_syn       ? "-PS"
	       : o->ping_ack       ? "-PA"
	       : o->ping_udp       ? "-PU"
	       : o->ping_timestamp ? "-PP"
	       : o->ping_arp       ? "-PR"
				   : NULL;
}

int scan_choose_pings(const struct scan_options *o, const struct service_table *names,
		      struct scan_choice *c, struct err *err)
{
	const char *given = given_ping(o);

	if (!given)
		return 0;
	if (o->skip_ping)
		return refuse_two("-Pn", given, "the one discovers no hosts", err);
	if (o->list_only)
		return refuse_two("-sL", given, "the one discovers no hosts", err);
	if (c->connect)
		return err_set(err, -EPERM,
			       "%s sends packets of its own, which a connect scan does not; leave "
			       "it out: hosts are then discovered by connections, or with -Pn not "
			       "at all.",
			       given);
	if (o->ping_timestamp && o->ipv6)
		return refuse_two("-6", "-PP", "IPv6 has no timestamp request", err);
	return add_pings(o, names, c, err);
}

void scan_choice_done(struct scan_choice *choice)
{
	free(choice->pings);
	*choice = (struct scan_choice) {0};
}
