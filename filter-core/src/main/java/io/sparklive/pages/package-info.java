/**
 * Small answers of our own: a page for people, in the look of the History Server's, or a few words
 * for programs. Values come in, an answer goes out; what users wrote is text, never HTML.
 */
package io.sparklive.pages;
