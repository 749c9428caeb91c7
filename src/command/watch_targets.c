// SPDX-License-Identifier: Apache-2.0
// Which interfaces the traffic of a scanner will take, as far as its command line tells.
//
// Theory of operation. Every scanner has options of its own, and we know none of them well. So the
// rule errs to the safe side: words that are addresses lead to interfaces, words that can be
// neither names nor files (options, numbers, MACs) are passed over, and any other word may be a
// name that leads anywhere, or a list of targets: then there is no answer, and the capture takes
// all interfaces. A few options are known to be followed by something else than a target; what
// stands behind the = of another one counts when it is an address or an interface.
#include "command/watch_targets.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "net/netlink.h"
#include "net/route.h"
#include "scan/target.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define RESOLVERS_FILE "/etc/resolv.conf"
#define LINE_MAX_LEN   512
#define WAYS_MAX       256 /* addresses of one target that are asked about */
#define NEAR_PREFIX    22  /* networks no larger than this are looked at address by address */

/* Options of nmap, masscan and zmap whose next word is no target. */
static const char *const with_value[] = {
	"-o",         "-oN",           "-oX",         "-oS",          "-oG",
	"-oA",        "-oJ",           "-oL",         "-oB",          "-oD",
	"-p",         "--ports",       "--port",      "--exclude",    "--excludefile",
	"--script",   "--script-args", "--source-ip", "--router-mac", "--output-file",
	"--rate",     "--max-rate",    "--min-rate",  "--wait",       "--blacklist-file",
	"--scanflags"};

/* Options that say that targets stand elsewhere, as a word or with = behind. */
static const char *const elsewhere[] = {"-iL",           "-iR",
					"--includefile", "--include-file",
					"--resume",      "--whitelist-file",
					"--conf",        "--allowlist-file"};

/* A set of interfaces that is being found. */
struct found {
	struct netlink *netlink;
	const struct device_list *devices;
	uint32_t *interfaces;
	size_t count;
	size_t max;
	bool anywhere; /* there is no telling */
};

static void add_interface(struct found *f, uint32_t interface)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->interfaces[i] == interface)
			return;
	f->anywhere |= f->count == f->max;
	if (!f->anywhere)
		f->interfaces[f->count++] = interface;
}

static void add_way(struct found *f, const struct addr *to)
{
	struct route route;

	if (!route_lookup(f->netlink, to, 0, &route, NULL))
		add_interface(f, route.ifindex);
}

/*
 * Whether it holds addresses of a network of ours; true, too, when that takes too long to find out.
 */
static bool reaches(const struct target *target, const struct device_addr *own)
{
	struct addr addr = own->addr;
	uint32_t size;

	if (target_contains(target, &addr))
		return true;
	if (target->kind != TARGET_OCTETS || addr.family != 4)
		return false;
	if (own->prefix < NEAR_PREFIX || own->prefix > 32)
		return true;
	size = 1u << (32 - own->prefix);
	for (uint32_t i = 0; i < size; i++) {
		uint32_t host =
			((uint32_t)own->addr.bytes[2] << 8 | own->addr.bytes[3]) & ~(size - 1);

		addr.bytes[2] = (uint8_t)((host + i) >> 8);
		addr.bytes[3] = (uint8_t)(host + i);
		if (target_contains(target, &addr))
			return true;
	}
	return false;
}

/* Evenly spaced addresses of it, and whatever of ours lies in it. */
static void add_ways(struct found *f, const struct target *target)
{
	uint64_t count = target_count(target);
	uint64_t step = count > WAYS_MAX ? count / WAYS_MAX : 1;
	struct addr addr;

	for (uint64_t i = 0, index = 0; i < WAYS_MAX && index < count; i++, index += step) {
		addr = target_at(target, index);
		add_way(f, &addr);
	}
	addr = target_at(target, count - 1);
	add_way(f, &addr);
	for (size_t d = 0; d < f->devices->count; d++) {
		const struct device *device = &f->devices->rows[d];

		for (size_t i = 0; i < device->n_addrs && !device->loopback; i++)
			if (reaches(target, &device->addrs[i]))
				add_interface(f, device->index);
	}
}

/* True when the word is an address, a prefix or a range of either family. */
static bool add_address(struct found *f, const char *word)
{
	struct target target;

	for (uint8_t family = 4; family <= 6; family += 2) {
		bool literal;

		if (target_parse(word, family, TARGET_EXCLUDE, &target, NULL))
			continue;
		literal = target.kind != TARGET_NAME;
		if (literal)
			add_ways(f, &target);
		target_done(&target);
		if (literal)
			return true;
	}
	return false;
}

/* Numbers, lists of ports, MACs: whatever has no letter but perhaps hexadecimal ones. */
static bool is_number(const char *word)
{
	bool digit = false, letter = false, colon = false;

	for (const char *at = word; *at; at++) {
		digit |= isdigit((unsigned char)*at) != 0;
		letter |= isxdigit((unsigned char)*at) && !isdigit((unsigned char)*at);
		colon |= *at == ':';
		if (!isxdigit((unsigned char)*at) && !strchr(":,-.", *at))
			return false;
	}
	return digit && (!letter || colon);
}

static bool is_among(const char *word, const char *const list[], size_t count)
{
	size_t len = strcspn(word, "=");

	for (size_t i = 0; i < count; i++)
		if (strlen(list[i]) == len && !memcmp(list[i], word, len))
			return true;
	return false;
}

/* True when the word is an interface or an address. */
static bool add_place(struct found *f, const char *word)
{
	const struct device *device = device_by_name(f->devices, word);

	if (device)
		add_interface(f, device->index);
	return device || add_address(f, word);
}

/* What an option itself tells: "--interface=eth0", "-eeth0", "--range=192.0.2.0/24". */
static void add_option(struct found *f, const char *word)
{
	const char *value = strchr(word, '=');
	bool is_short = word[1] && word[1] != '-';

	f->anywhere |= is_among(word, elsewhere, COUNT(elsewhere));
	if (value)
		add_place(f, value + 1);
	else if (is_short && device_by_name(f->devices, word + 2))
		add_place(f, word + 2);
}

/* Looks at words[at]; returns how many words were used up. */
static size_t add_word(struct found *f, char *const words[], size_t at)
{
	const char *word = words[at];

	if (*word == '-' && is_among(word, with_value, COUNT(with_value)))
		return strchr(word, '=') ? 1 : 2;
	if (*word == '-')
		add_option(f, word);
	else if (!add_place(f, word) && !is_number(word))
		f->anywhere = true;
	return 1;
}

static void add_resolvers(struct found *f)
{
	FILE *file = fopen(RESOLVERS_FILE, "re");
	char line[LINE_MAX_LEN], text[LINE_MAX_LEN];
	struct addr addr;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "nameserver %511s", text) == 1 && addr_parse(text, &addr))
			add_way(f, &addr);
	if (file)
		fclose(file);
}

size_t watch_targets_interfaces(const struct device_list *devices, char *const words[],
				size_t count, size_t max, uint32_t ret_interfaces[])
{
	struct found f = {.devices = devices, .interfaces = ret_interfaces, .max = max};

	if (netlink_open(&f.netlink, NULL))
		return 0;
	for (size_t i = 1; i < count && !f.anywhere;)
		i += add_word(&f, words, i);
	if (f.count)
		add_resolvers(&f);
	netlink_close(f.netlink);
	return f.anywhere ? 0 : f.count;
}
