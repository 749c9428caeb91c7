// SPDX-License-Identifier: Apache-2.0
// Where a capture listens: interfaces chosen, filters compiled for them, taps opened.
//
// Theory of operation. The filter is compiled by libpcap for the link header of each interface and
// run by the kernel. One kind of filter cannot run there: the kernel keeps VLAN tags beside the
// frame, where "vlan 7" does not find them. Such a filter is run here, on frames whose tags are
// back in place. Someone who captures over SSH would capture each of their own screens: that
// session is left out by a filter of ours in front of the user's.
#include "command/capture_sources.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

#include "base/text.h"
#include "command/ssh_session.h"
#include "net/route.h"

#define ANY       "any"
#define NAMED_MAX 8 /* interfaces in a sentence */

/* An address that no host has (RFC 5737, RFC 3849): the way to it is the default route. */
static const char *const nowhere[] = {"203.0.113.1", "2001:db8::1"};

int capture_sources_survey(struct capture_sources *s, struct err *err)
{
	struct netlink *netlink = NULL;
	int code = netlink_open(&netlink, err);

	if (!code)
		code = device_list_read(netlink, &s->devices, err);
	netlink_close(netlink);
	return code;
}

/* The device that packets to far away leave by, else the first one that is up, else NULL. */
static const struct device *usual_device(const struct device_list *devices)
{
	struct netlink *netlink = NULL;
	struct route route;
	struct addr addr;
	const struct device *found = NULL;

	if (netlink_open(&netlink, NULL))
		return NULL;
	for (size_t i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]) && !found; i++)
		if (addr_parse(nowhere[i], &addr) &&
		    !route_lookup(netlink, &addr, 0, &route, NULL) && route.kind == ROUTE_UNICAST)
			found = device_by_index(devices, route.ifindex);
	netlink_close(netlink);
	for (size_t i = 0; i < devices->count && !found; i++)
		if (devices->rows[i].up && !devices->rows[i].loopback && devices->rows[i].supported)
			found = &devices->rows[i];
	for (size_t i = 0; i < devices->count && !found; i++)
		if (devices->rows[i].up && devices->rows[i].loopback)
			found = &devices->rows[i];
	return found;
}

static const struct device *named_device(const struct device_list *devices, const char *word)
{
	const struct device *d = device_by_name(devices, word);
	uint64_t number;

	if (!d && text_number(word, 1, UINT32_MAX, &number))
		d = device_by_index(devices, (uint32_t)number);
	return d;
}

static int no_such_device(const struct device_list *devices, const char *word, struct err *err)
{
	struct buf names = {0};
	int code;

	for (size_t i = 0; i < devices->count && i < NAMED_MAX; i++)
		buf_printf(&names, "%s%s", i ? ", " : "", devices->rows[i].name);
	if (devices->count > NAMED_MAX)
		code = err_set(
			err, -ENODEV,
			"There is no interface \"%s\"; there are: %s, any and %zu more, which "
			"\"sonde capture -D\" lists.",
			word, buf_text(&names), devices->count - NAMED_MAX);
	else
		code = err_set(err, -ENODEV, "There is no interface \"%s\"; there are: %s and any.",
			       word, buf_text(&names));
	buf_done(&names);
	return code;
}

static int check_device(const struct device *d, struct err *err)
{
	if (!d->up)
		return err_set(err, -ENETDOWN,
			       "Interface \"%s\" is down; bring it up with \"ip link set %s up\".",
			       d->name, d->name);
	if (!d->supported)
		return err_set(err, -EPROTONOSUPPORT,
			       "Interface \"%s\" has a link header that sonde does not know (type "
			       "%u).",
			       d->name, d->hardware_type);
	return 0;
}

static void add_source(struct capture_sources *s, const struct device *d)
{
	struct capture_source *source = &s->items[s->count];

	for (size_t i = 0; i < s->count; i++)
		if (s->items[i].interface == (d ? d->index : 0))
			return;
	s->count++;
	source->interface = d ? d->index : 0;
	snprintf(source->name, sizeof(source->name), "%s", d ? d->name : ANY);
}

static int choose_devices(struct capture_sources *s, const struct option_list *wish,
			  struct err *err)
{
	const struct device *d = wish->count ? NULL : usual_device(&s->devices);
	int code = 0;

	if (wish->count > CAPTURE_SOURCES_MAX)
		return err_set(err, -E2BIG, "-i takes %d interfaces at most; try -i any.",
			       CAPTURE_SOURCES_MAX);
	if (!wish->count && !d)
		return err_set(err, -ENODEV, "No interface is up; name one with -i.");
	if (d)
		add_source(s, d);
	for (size_t i = 0; i < wish->count && !code; i++) {
		const char *word = wish->items[i];

		d = NULL;
		if (strcmp(word, ANY) != 0) {
			d = named_device(&s->devices, word);
			code = d ? check_device(d, err) : no_such_device(&s->devices, word, err);
		}
		if (!code)
			add_source(s, d);
	}
	for (size_t i = 0; i < s->count && s->count > 1 && !code; i++)
		if (s->items[i].interface == 0)
			code = err_set(err, -EINVAL,
				       "-i any takes every interface; give it alone.");
	return code;
}

/* True when the text has "vlan" as a word: see "Theory of operation". */
static bool speaks_of_vlan(const char *text)
{
	for (const char *at = text; (at = strstr(at, "vlan")) != NULL; at++)
		if ((at == text || !isalnum((unsigned char)at[-1])) &&
		    !isalnum((unsigned char)at[4]))
			return true;
	return false;
}

static bool wants_link(const struct capture_sources *s, enum link_type link)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct device *d = device_by_index(&s->devices, s->items[i].interface);

		if (!s->items[i].interface || (d && d->link == link))
			return true;
	}
	return false;
}

static int compile(struct capture_sources *s, struct err *err)
{
	static const enum link_type links[] = {LINK_ETHERNET, LINK_RAW};
	int code = 0;

	s->parts = capture_filter_new(buf_text(&s->filter), err);
	if (!s->parts)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]) && !code; i++)
		if (wants_link(s, links[i]))
			code = capture_filter_compile(s->parts, links[i], err);
	if (!code)
		code = capture_filter_useless(s->parts, err);
	s->filter_here = speaks_of_vlan(buf_text(&s->filter));
	return code;
}

int capture_sources_choose(struct capture_sources *s, const struct capture_wish *wish,
			   struct err *err, struct buf *where)
{
	const char *user = wish->filter && *wish->filter ? wish->filter : NULL;
	int code = choose_devices(s, wish->interfaces, err);

	if (code)
		return code;
	if (user) { /* alone first, so that an error points into what the user wrote */
		buf_puts(&s->filter, user);
		code = compile(s, err);
		if (code) {
			capture_filter_point(s->parts, where);
			return code;
		}
	}
	if (wish->keep_ssh || !ssh_session_filter(&s->ssh))
		return 0;
	capture_filter_free(s->parts);
	buf_clear(&s->filter);
	buf_puts(&s->filter, buf_text(&s->ssh));
	if (user)
		buf_printf(&s->filter, " and (%s)", user);
	return compile(s, err);
}

/* A copy in the kernel's type of what libpcap compiled; nothing when there is no filter. */
static int kernel_program(struct capture_sources *s, enum link_type link,
			  struct sock_fprog *ret_program, struct err *err)
{
	const struct bpf_program *from = s->parts ? capture_filter_program(s->parts, link) : NULL;

	*ret_program = (struct sock_fprog) {0};
	if (!from || s->filter_here)
		return 0;
	ret_program->filter = calloc(from->bf_len, sizeof(*ret_program->filter));
	if (!ret_program->filter || from->bf_len > TAP_PROGRAM_MAX)
		return err_set(err, -E2BIG, "The capture filter is too long for the kernel.");
	ret_program->len = (unsigned short)from->bf_len;
	for (unsigned i = 0; i < from->bf_len; i++)
		ret_program->filter[i] = (struct sock_filter) {
			.code = from->bf_insns[i].code,
			.jt = from->bf_insns[i].jt,
			.jf = from->bf_insns[i].jf,
			.k = from->bf_insns[i].k,
		};
	return 0;
}

static int open_one(struct capture_sources *s, struct capture_source *source,
		    const struct tap_options *wish, struct err *err)
{
	struct tap_options options = *wish;
	struct sock_fprog ethernet = {0}, raw = {0};
	int code = kernel_program(s, LINK_ETHERNET, &ethernet, err);

	options.interface = source->interface;
	if (!code)
		code = kernel_program(s, LINK_RAW, &raw, err);
	if (ethernet.len)
		options.filters.ethernet = &ethernet;
	if (raw.len)
		options.filters.raw = &raw;
	/* One link type only: its program is that of the interface, whatever the device says. */
	if (source->interface && !raw.len)
		options.filters.raw = options.filters.ethernet;
	else if (source->interface && !ethernet.len)
		options.filters.ethernet = options.filters.raw;
	if (!code)
		code = tap_open(&options, &source->tap, err);
	free(ethernet.filter);
	free(raw.filter);
	return code;
}

int capture_sources_open(struct capture_sources *s, const struct capture_wish *wish,
			 struct err *err)
{
	int code = 0;

	for (size_t i = 0; i < s->count && !code; i++)
		code = open_one(s, &s->items[i], &wish->tap, err);
	return code;
}

int capture_sources_program(struct capture_sources *s, struct buf *out, struct err *err)
{
	static const struct {
		enum link_type link;
		const char *name;
	} links[] = {{LINK_ETHERNET, "Ethernet"}, {LINK_RAW, "no link header"}};
	bool several = wants_link(s, LINK_ETHERNET) && wants_link(s, LINK_RAW);

	if (!s->parts)
		return err_set(err, -EINVAL, "-d prints the program of a filter; give one.");
	for (size_t l = 0; l < sizeof(links) / sizeof(links[0]); l++) {
		const struct bpf_program *p = capture_filter_program(s->parts, links[l].link);

		if (!p || !wants_link(s, links[l].link))
			continue;
		if (several)
			buf_printf(out, "Interfaces with %s:\n", links[l].name);
		for (unsigned i = 0; i < p->bf_len; i++)
			buf_printf(out, "%s\n", bpf_image(&p->bf_insns[i], (int)i));
	}
	return 0;
}

void capture_sources_text(const struct capture_sources *s, struct buf *out)
{
	for (size_t i = 0; i < s->count; i++)
		buf_printf(out, "%s%s", i ? ", " : "",
			   s->items[i].interface ? s->items[i].name : "all interfaces");
}

void capture_sources_done(struct capture_sources *s)
{
	for (size_t i = 0; i < s->count; i++)
		tap_close(s->items[i].tap);
	capture_filter_free(s->parts);
	device_list_done(&s->devices);
	buf_done(&s->filter);
	buf_done(&s->ssh);
	memset(s, 0, sizeof(*s));
}
