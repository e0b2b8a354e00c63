/** Groups, as a company's directory would report them, for the class path of a History Server. */
package io.sparklive.it.security.groups;
