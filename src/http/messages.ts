import { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';

/** The classes of which a server makes its requests and answers. */
export interface Messages {
  IncomingMessage: typeof IncomingMessage;
  ServerResponse: typeof ServerResponse;
}

export function createMessages(): Messages {
  return {
    IncomingMessage: class extends IncomingMessage {},
    ServerResponse: class<R extends IncomingMessage> extends ServerResponse<R> {},
  };
}

/**
 * Makes the server's messages those of this app from birth. Express gives each request and answer its own prototype,
 * and an object whose prototype is changed is slow wherever it is used from then on: it makes Express four times as
 * slow and keeps each request until a major collection. Setting the prototype that is there already changes nothing.
 */
export function adoptMessages(app: Express, messages: Messages): void {
  Object.setPrototypeOf(messages.IncomingMessage.prototype, app.request);
  Object.setPrototypeOf(messages.ServerResponse.prototype, app.response);
  app.request = messages.IncomingMessage.prototype as typeof app.request;
  app.response = messages.ServerResponse.prototype as typeof app.response;
}
