// SPDX-License-Identifier: Apache-2.0
// What both scans, the full one and that by connect(), begin and end with.
#include "command/scan_session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command/command.h"
#include "command/print.h"

void session_complain(void *user, const char *sentence)
{
	if (user)
		session_progress_hide(user);
	print_complaint(sentence);
}

int session_survey(struct scan_session *s, struct scan_ways *ways, struct err *err)
{
	const struct device *d;
	int code = netlink_open(&s->netlink, err);

	if (!code)
		code = device_list_read(s->netlink, &s->devices, err);
	if (code)
		return code;
	*ways = (struct scan_ways) {
		.netlink = s->netlink, .devices = &s->devices, .memory = &s->way_memory};
	route_table_read(s->netlink, &s->way_memory.routes);
	if (!s->options->interface)
		return 0;
	d = device_by_name(&s->devices, s->options->interface);
	if (!d)
		return err_set(err, -ENODEV, "there is no interface \"%s\"; ip link lists them.",
			       s->options->interface);
	if (!d->up)
		return err_set(
			err, -ENETDOWN,
			"the interface \"%s\" is down; bring it up with \"ip link set %s up\".",
			d->name, d->name);
	ways->ifindex = d->index;
	return 0;
}

void session_print_start(struct scan_session *s)
{
	time_t now = time(NULL);
	char date[64] = "";
	struct tm tm;

	if (localtime_r(&now, &tm))
		strftime(date, sizeof(date), "%Y-%m-%d %H:%M %Z", &tm);
	buf_printf(&s->out, "Starting sonde %s at %s\n", SONDE_VERSION, date);
	session_flush_out(s);
}

int session_look_up(struct scan_session *s)
{
	struct target_lookup lookup = {&s->targets, session_complain, s};
	int code = 0;

	scan_targets_look_up(&lookup, s->names);
	while (!code && !s->stopping && names_pending(s->names))
		code = loop_once(s->loop, NSEC_NEVER);
	return code;
}

int session_status(const struct scan_session *s)
{
	if (s->stopping)
		return STATUS_INTERRUPTED;
	if (s->targets.failed)
		return STATUS_USAGE;
	return s->failed ? STATUS_FAILED : STATUS_OK;
}

void session_close(struct scan_session *s)
{
	loop_close(s->loop);
	device_list_done(&s->devices);
	netlink_close(s->netlink);
	session_hosts_done(&s->hosts);
	free(s->report_ports);
	free(s->port_ranks);
}

bool session_next_target(struct scan_session *s, const struct scan_ways *ways,
			 struct scan_target *ret_target, struct engine_target *ret_way)
{
	while (!s->targets_ended) {
		struct err err = {0};

		if (!scan_targets_next(&s->targets, &s->devices, ret_target)) {
			s->targets_ended = true;
			return false;
		}
		s->addresses++;
		if (!scan_targets_way(ways, ret_target, ret_way, &err))
			return true;
		session_complain(s, err.text);
		s->targets.failed = true;
	}
	return false;
}

void session_stop_targets(struct scan_session *s)
{
	session_complain(s, "there is no memory left for more targets.");
	s->failed = true;
	s->targets_ended = true;
}
