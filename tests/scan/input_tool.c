// SPDX-License-Identifier: Apache-2.0
// Prints what target and port specifications stand for, for comparison with nmap's reading.
//
//   input-tool targets 4|6 SPEC...    one address a line
//   input-tool read 4|6 < FILE        the same for the text of -iL
//   input-tool ports PROTOS SPEC      PROTOS of T, U; prints "T:22,80 U:53"
//   input-tool top PROTOS N [SPEC]    the same for --top-ports N; N "all": a line for 1 to 1000
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan/port.h"
#include "scan/target.h"

static int fail(const struct err *err)
{
	fprintf(stderr, "input-tool: %s\n", err->text);
	return 2;
}

static int print_list(struct target_list *list)
{
	struct target_walk walk = {0};
	struct addr a;
	char text[ADDR_TEXT_MAX];

	while (target_list_next(list, NULL, &walk, &a))
		puts(addr_text(&a, text));
	target_list_done(list);
	return 0;
}

static int targets(int argc, char *argv[])
{
	struct target_list list = {0};
	struct err err = {0};

	for (int i = 1; i < argc; i++)
		if (target_list_parse(&list, argv[i], (uint8_t)atoi(argv[0]), TARGET_SCAN, &err))
			return fail(&err);
	return print_list(&list);
}

static int read_list(int argc, char *argv[])
{
	struct target_list list = {0};
	struct target_reader r = {.list = &list, .source = "standard input"};
	struct err err = {0};
	char bytes[37]; /* odd, so that items fall across pieces */
	size_t len;

	r.family = argc > 0 && *argv[0] == '6' ? 6 : 4;
	while ((len = fread(bytes, 1, sizeof(bytes), stdin)) > 0)
		if (target_reader_feed(&r, bytes, len, &err))
			return fail(&err);
	if (target_reader_end(&r, &err))
		return fail(&err);
	return print_list(&list);
}

static int choose(const struct port_choice *choice)
{
	static struct port_spec spec;
	struct service_table *names = service_table_new(NULL, 0);
	struct buf out = {0};
	struct err err = {0};

	if (port_choose(choice, names, &spec, &err))
		return fail(&err);
	for (size_t proto = 0; proto < SERVICE_IP; proto++) {
		if (!spec.of[proto].count)
			continue;
		buf_printf(&out, "%s%c:", out.len ? " " : "", "TUS"[proto]);
		port_set_print(&spec.of[proto], &out);
	}
	puts(buf_text(&out));
	buf_done(&out);
	service_table_free(names);
	return 0;
}

static unsigned protos(const char *letters)
{
	return (strchr(letters, 'T') ? 1u << SERVICE_TCP : 0) |
	       (strchr(letters, 'U') ? 1u << SERVICE_UDP : 0);
}

static int top(int argc, char *argv[])
{
	struct port_choice choice = {.scanned = protos(argv[0]), .spec = argc > 2 ? argv[2] : NULL};
	int rc = 0;

	if (strcmp(argv[1], "all") != 0) {
		choice.top = (unsigned)atoi(argv[1]);
		return choose(&choice);
	}
	for (choice.top = 1; choice.top <= PORT_DEFAULT_TOP && !rc; choice.top++)
		rc = choose(&choice);
	return rc;
}

int main(int argc, char *argv[])
{
	if (argc > 2 && strcmp(argv[1], "targets") == 0)
		return targets(argc - 2, argv + 2);
	if (argc > 2 && strcmp(argv[1], "read") == 0)
		return read_list(argc - 2, argv + 2);
	if (argc > 3 && strcmp(argv[1], "top") == 0)
		return top(argc - 2, argv + 2);
	if (argc > 3 && strcmp(argv[1], "ports") == 0)
		return choose(&(struct port_choice) {.scanned = protos(argv[2]), .spec = argv[3]});
	fputs("usage: input-tool targets|read|ports|top ARGUMENT...\n", stderr);
	return 2;
}
