import { Box, Button, H4, Text } from '@adminjs/design-system';
import { type ActionProps, ApiClient, useNotice } from 'adminjs';
import { useState } from 'react';

const api = new ApiClient();

/** Asks before an action on one row and sends it as a form. */
export default function ConfirmAction({ action, record, resource }: ActionProps) {
  const [isSending, setSending] = useState(false);
  const addNotice = useNotice();
  if (!record) return null;
  const back = `/admin/resources/${resource.id}/records/${record.id}/show`;
  const send = async () => {
    setSending(true);
    const { data } = await api.recordAction({
      resourceId: resource.id,
      recordId: record.id,
      actionName: action.name,
      data: new FormData(),
    });
    if (data.redirectUrl) window.location.assign(data.redirectUrl);
    else {
      if (data.notice) addNotice(data.notice);
      setSending(false);
    }
  };
  return (
    <Box variant="white" border="default" borderRadius="lg" p="xxl" maxWidth="560px">
      <H4 style={{ textTransform: 'capitalize' }}>
        {action.name} {record.title}?
      </H4>
      <Text mb="xl" lineHeight="24px">
        {String(action.custom.question ?? '')}
      </Text>
      <Box flex flexDirection="row" style={{ gap: 12 }}>
        <Button
          variant="contained"
          onClick={send}
          disabled={isSending}
          data-testid="confirm"
          style={{ textTransform: 'capitalize' }}
        >
          {action.name}
        </Button>
        <Button as="a" href={back} variant="text">
          Cancel
        </Button>
      </Box>
    </Box>
  );
}
