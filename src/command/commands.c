// SPDX-License-Identifier: Apache-2.0
// The table of commands.
#include "command/command.h"

#include <stddef.h>

const struct command commands[] = {
	{"scan", command_scan, &scan_option_table,
	 "scan the ports of hosts and record every packet"},
	{"explain", command_explain, &explain_option_table,
	 "say why each verdict, by which packets"},
	{"read", command_read, &read_option_table, "show the packets of a capture file"},
	{"capture", command_capture, &capture_option_table,
	 "capture packets and show what kinds come in"},
	{"watch", command_watch, &watch_option_table,
	 "run a scanner, capture around it, and say what it did"},
	{NULL, NULL, NULL, NULL},
};
