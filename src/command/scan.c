// SPDX-License-Identifier: Apache-2.0
// sonde scan: option rows to a scan of hosts and ports.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "command/command.h"
#include "command/command_line.h"
#include "command/print.h"
#include "command/scan_connect.h"
#include "command/scan_list.h"
#include "command/scan_live.h"
#include "command/scan_options.h"
#include "command/scan_session.h"
#include "net/clock.h"
#include "net/privilege.h"

#define SERVICES_FILE "/etc/services"
#define SERVICES_MAX  (4u << 20)

/* The text of /etc/services, or NULL: our own table then serves alone. */
static char *read_services(size_t *ret_len)
{
	int fd = open(SERVICES_FILE, O_RDONLY | O_CLOEXEC);
	char *text = fd < 0 ? NULL : malloc(SERVICES_MAX);
	size_t len = 0;
	ssize_t got = 1;

	while (text && len < SERVICES_MAX && got > 0) {
		got = read(fd, text + len, SERVICES_MAX - len);
		len += got > 0 ? (size_t)got : 0;
	}
	if (fd >= 0)
		close(fd);
	*ret_len = text ? len : 0;
	return text;
}

static int choose_ports(struct scan_session *s, struct err *err)
{
	const struct scan_options *o = s->options;
	struct port_choice choice = {
		.spec = o->ports,
		.exclude = o->exclude_ports,
		.fast = o->fast,
		.top = (unsigned)o->top_ports,
		.scanned = scan_choice_protocols(&s->choice),
	};
	struct port_spec *spec = malloc(sizeof(*spec));
	size_t len;
	char *text = read_services(&len);
	int code = spec ? 0 : -ENOMEM;

	s->services = service_table_new(text, len);
	free(text);
	if (!code && s->choice.kind_count)
		code = port_choose(&choice, s->services, spec, err);
	for (unsigned i = 0; !code && i < s->choice.kind_count; i++) {
		s->ports[i] = spec->of[scan_kind_row(s->choice.kinds[i])->proto];
		s->port_count += s->ports[i].count;
	}
	free(spec);
	return code;
}

static int check_options(const struct scan_options *o, struct err *err)
{
	if (o->write && o->no_record)
		return err_set(err, -EINVAL, "-w and --no-record contradict each other; give one.");
	if (o->no_dns && o->all_dns)
		return err_set(err, -EINVAL, "-n and -R contradict each other; give one.");
	return 0;
}

/* Everything that can be wrong before a socket is opened. */
static int prepare(struct scan_session *s, struct err *err)
{
	int code = check_options(s->options, err);

	if (!code)
		code = scan_choose(s->options, privilege_has_net_raw(), &s->choice, err);
	if (!code)
		code = choose_ports(s, err);
	if (!code)
		code = scan_choose_pings(s->options, s->services, &s->choice, err);
	if (!code)
		code = scan_targets_read(&s->targets, s->options, err);
	if (!code && getrandom(&s->key, sizeof(s->key), 0) != sizeof(s->key))
		code = err_set(err, -EIO, "the kernel gave no random numbers for the cookies.");
	return code;
}

static int run(struct scan_session *s)
{
	struct err err = {0};
	int code = prepare(s, &err);

	if (code) {
		print_complaint(err.text);
		return STATUS_USAGE;
	}
	if (s->options->list_only)
		return scan_list(s);
	return s->choice.connect ? scan_connect(s) : scan_live(s);
}

int command_scan(int argc, char *const argv[])
{
	struct scan_options options = {0};
	struct scan_session *s = calloc(1, sizeof(*s));
	struct err err = {0};
	int status = STATUS_USAGE;

	if (!s) {
		print_complaint("There is no memory left to start.");
		return STATUS_FAILED;
	}
	s->started = clock_now();
	s->options = &options;
	command_line_text("sonde scan", argc, argv, &s->command_line);
	if (option_parse(&scan_option_table, argc, argv, &options, &err)) {
		print_complaint(err.text);
	} else if (options.help) {
		status = print_help(&scan_option_table);
	} else {
		status = run(s);
	}
	scan_targets_done(&s->targets);
	scan_choice_done(&s->choice);
	service_table_free(s->services);
	buf_done(&s->out);
	buf_done(&s->comment);
	buf_done(&s->command_line);
	free(s);
	option_done(&scan_option_table, &options);
	return status;
}
