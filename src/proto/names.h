/* SPDX-License-Identifier: Apache-2.0 */
/* Names of numbers that several protocols carry, in Wireshark's words. */
#ifndef SONDE_PROTO_NAMES_H
#define SONDE_PROTO_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "wire/field.h"

extern const struct value_name ether_type_names[];
extern const struct value_name ip_number_names[];
extern const struct value_name hardware_names[]; /* ARPHRD_ and kin */
extern const struct value_name dscp_names[];
extern const struct value_name ecn_names[];
extern const struct value_name quick_start_functions[]; /* RFC 4782 s. 3.1 */
extern const struct value_name quick_start_rates[];
extern const struct value_name extended_echo_codes[];  /* of the request, RFC 8335 s. 2 */
extern const struct value_name extended_reply_codes[]; /* RFC 8335 s. 3 */

/* "CS0", "Not-ECT": as the line of the traffic class has them; never NULL. */
const char *dscp_short(uint8_t dscp);
const char *ecn_short(uint8_t ecn);

#endif
