/* SPDX-License-Identifier: Apache-2.0 */
/* What Wireshark calls the link types of capture files: its own numbers, and names for them. */
#ifndef SONDE_PROTO_ENCAP_H
#define SONDE_PROTO_ENCAP_H

#include <stdint.h>

#include "wire/field.h"

/* Wireshark's numbers have these names. */
extern const struct value_name encap_names[];

/* Wireshark's number of a LINKTYPE_ number; 0 when it has none. */
int encap_of_link(uint32_t link);

#endif
