// SPDX-License-Identifier: Apache-2.0
// Names for the addresses and ports of a list (-N): from the capture and this machine's files.
//
// Theory of operation: an address is looked up in the capture's own name records, which its writer
// saw, then in /etc/hosts, read once and sorted. Nothing is ever asked of a name server: a file is
// often read where the network it shows is not, or must not hear of it.
#include "command/read_names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/ipv4.h"

#define HOSTS_FILE        "/etc/hosts"
#define SERVICES_FILE     "/etc/services"
#define FILE_MAX          (16u << 20) /* bytes read of either */
#define HOSTS_MAX         (1u << 20)
#define HOST_NAME_MAX_LEN 255 /* RFC 1035 s. 2.3.4 */

struct host_name {
	struct addr address;
	size_t order; /* in the file: of two lines for an address the first counts */
	char *name;
};

/* A whole file, NUL-ended; NULL when it is not there. */
static char *read_file(const char *path, size_t *ret_len)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t len = 0;

	if (!file)
		return NULL;
	text = malloc(FILE_MAX + 1);
	if (text)
		len = fread(text, 1, FILE_MAX, file);
	if (text)
		text[len] = '\0';
	fclose(file);
	*ret_len = len;
	return text;
}

static int compare(const void *left, const void *right)
{
	const struct host_name *a = left, *b = right;
	int order = addr_compare(&a->address, &b->address);

	if (!order)
		order = a->order < b->order ? -1 : a->order > b->order;
	return order;
}

static bool add_host(struct read_names *n, const struct addr *address, const char *name)
{
	struct host_name *hosts;

	if (n->host_count == HOSTS_MAX || strlen(name) > HOST_NAME_MAX_LEN)
		return true;
	hosts = realloc(n->hosts, (n->host_count + 1) * sizeof(*hosts));
	if (!hosts)
		return false;
	n->hosts = hosts;
	hosts[n->host_count] = (struct host_name) {
		.address = *address, .order = n->host_count, .name = strdup(name)};
	if (!hosts[n->host_count].name)
		return false;
	n->host_count++;
	return true;
}

/* "192.0.2.1 name alias # remark": the first name counts. */
static bool read_hosts(struct read_names *n, char *text)
{
	char *lines = NULL;

	for (char *line = strtok_r(text, "\n", &lines); line; line = strtok_r(NULL, "\n", &lines)) {
		char *words = NULL, *word, *name;
		struct addr address;

		line[strcspn(line, "#")] = '\0';
		word = strtok_r(line, " \t\r", &words);
		name = word ? strtok_r(NULL, " \t\r", &words) : NULL;
		if (name && addr_parse(word, &address) && !add_host(n, &address, name))
			return false;
	}
	if (n->host_count)
		qsort(n->hosts, n->host_count, sizeof(*n->hosts), compare);
	return true;
}

static const char *find_host(const struct read_names *n, const struct addr *address)
{
	struct host_name wanted = {.address = *address};
	size_t low = 0, high = n->host_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&n->hosts[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == n->host_count || !addr_equal(&n->hosts[low].address, address))
		return NULL;
	return n->hosts[low].name;
}

static const char *address_name(const void *context, const struct addr *address)
{
	const struct read_names *n = context;
	const char *name = NULL;

	if (n->capture)
		name = inventory_name(capture_inventory(n->capture), address, 0);
	return name ? name : find_host(n, address);
}

static const char *port_name(const void *context, uint8_t ip_protocol, uint16_t port)
{
	const struct read_names *n = context;
	enum service_proto proto;
	const char *name;

	switch (ip_protocol) {
	case IP_TCP:
		proto = SERVICE_TCP;
		break;
	case IP_UDP:
		proto = SERVICE_UDP;
		break;
	case IP_SCTP:
		proto = SERVICE_SCTP;
		break;
	default:
		return NULL;
	}
	name = service_name(n->services, proto, port);
	return strcmp(name, "unknown") ? name : NULL;
}

static int make_tables(struct read_names *n, struct err *err)
{
	size_t len = 0;
	char *text;
	bool made = true;

	if (n->want_addresses && (text = read_file(HOSTS_FILE, &len))) {
		made = read_hosts(n, text);
		free(text);
	}
	if (n->want_ports) {
		len = 0;
		text = read_file(SERVICES_FILE, &len);
		n->services = service_table_new(text, len);
		made = made && n->services;
		free(text);
	}
	return made ? 0 : err_set(err, -ENOMEM, "There is no memory for names.");
}

int read_names_parse(struct read_names *n, const char *letters, struct err *err)
{
	for (const char *at = letters; *at; at++) {
		switch (*at) {
		case 'n':
			n->want_addresses = true;
			break;
		case 't':
			n->want_ports = true;
			break;
		case 'm':
		case 'v':
		case 'd':
		case 'N':
			return err_set(
				err, -EINVAL,
				"-N %c needs %s; -N takes n (names of the capture and "
				"/etc/hosts) and t (ports).",
				*at,
				*at == 'm'   ? "a list of MAC vendors, which sonde does not have"
				: *at == 'v' ? "a list of VLAN names, which sonde does not have"
				: *at == 'd' ? "the DNS answers of the capture, which are not "
					       "gathered"
					     : "name servers, and reading a file asks nobody");
		default:
			return err_set(
				err, -EINVAL,
				"-N knows no letter \"%c\"; it takes n (names of the capture "
				"and /etc/hosts) and t (ports).",
				*at);
		}
	}
	n->names.context = n;
	n->names.address = n->want_addresses ? address_name : NULL;
	n->names.port = n->want_ports ? port_name : NULL;
	return make_tables(n, err);
}

void read_names_done(struct read_names *n)
{
	for (size_t i = 0; i < n->host_count; i++)
		free(n->hosts[i].name);
	free(n->hosts);
	service_table_free(n->services);
	*n = (struct read_names) {0};
}
