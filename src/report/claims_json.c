// SPDX-License-Identifier: Apache-2.0
// Reports in JSON: masscan's -oJ, an array of hosts with their ports.
#include <errno.h>
#include <string.h>

#include <jansson.h>

#include "report/claims.h"

#define JSON_BYTES_MAX (64u << 20) /* its tree takes some ten times this */

/* A member's text; "" when it is missing or none. */
static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static bool read_port(struct claims *c, const struct addr *addr, const json_t *port)
{
	json_int_t number = json_integer_value(json_object_get(port, "port"));
	struct claim claim = {
		.kind = claims_kind_of(text_of(port, "proto")),
		.state = claims_state_of(text_of(port, "status")),
		.port = (uint16_t)number,
	};

	if (!json_is_integer(json_object_get(port, "port")) || number < 0 || number > UINT16_MAX)
		return false;
	if (!*text_of(port, "status"))
		return true; /* a banner */
	if (claim.kind == PROBE_KINDS)
		c->strange_kinds++;
	else
		claims_add(c, addr, claim, text_of(port, "reason"));
	return true;
}

static bool read_host(struct claims *c, const json_t *host)
{
	const json_t *ports = json_object_get(host, "ports");
	struct addr addr;
	bool good = json_is_array(ports) && addr_parse(text_of(host, "ip"), &addr);

	for (size_t i = 0; good && i < json_array_size(ports); i++)
		good = read_port(c, &addr, json_array_get(ports, i));
	return good;
}

int claims_read_json(struct claims *c, const char *bytes, size_t len, const char *name,
		     struct err *err)
{
	json_error_t error = {0};
	json_t *root;
	bool good;

	if (len > JSON_BYTES_MAX)
		return err_set(err, -EFBIG,
			       "\"%s\" is JSON of more than 64 MiB; compare masscan's list (-oL)",
			       name);
	root = json_loadb(bytes, len, 0, &error);
	if (!root)
		return err_set(err, -EINVAL,
			       "\"%s\" is no whole JSON: line %d, %s; masscan ends its array only "
			       "when it ends itself",
			       name, error.line, error.text);
	strcpy(c->scanner, "masscan");
	good = json_is_array(root);
	for (size_t i = 0; good && i < json_array_size(root); i++)
		good = read_host(c, json_array_get(root, i));
	json_decref(root);
	if (good)
		return 0;
	return err_set(err, -EINVAL,
		       "\"%s\" is JSON but no report of masscan, which is an array of hosts with "
		       "\"ip\" and \"ports\"",
		       name);
}
