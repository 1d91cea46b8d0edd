import { Box, Loader } from '@adminjs/design-system';
import {
  ActionHeader,
  ApiClient,
  BaseActionComponent,
  type RecordJSON,
  type ResourceJSON,
  useResource,
  useTranslation,
} from 'adminjs';
import { useEffect, useState } from 'react';
import { useParams } from 'react-router';
import { NotFound, OVERVIEW } from './not-found.tsx';

const api = new ApiClient();

/** A page about one record. AdminJS's own shows two messages and a text about its insides where there is none. */
export default function RecordRoute() {
  const { resourceId = '', recordId = '', actionName = '' } = useParams();
  const resource = useResource(resourceId);
  if (!resource) return <NotFound message="There is no page at this address." back={OVERVIEW} />;
  return <RecordPage key={`${recordId} ${actionName}`} {...{ resource, recordId, actionName }} />;
}

interface RecordPageProps {
  resource: ResourceJSON;
  recordId: string;
  actionName: string;
}

function RecordPage({ resource, recordId, actionName }: RecordPageProps) {
  const [record, setRecord] = useState<RecordJSON | null | undefined>(undefined);
  const { translateLabel } = useTranslation();
  const load = () => {
    api.recordAction({ resourceId: resource.id, recordId, actionName }).then(
      ({ data }) => setRecord(data.record?.id ? data.record : null),
      () => setRecord(null),
    );
  };
  useEffect(load, []);
  if (record === undefined) return <Loader />;
  const back = {
    href: `/admin/resources/${resource.id}`,
    label: `To ${translateLabel(resource.name, resource.id).toLowerCase()}`,
  };
  if (record === null)
    return <NotFound message="This record does not exist, or your roles do not let you see it." back={back} />;
  const action = record.recordActions.find(({ name }) => name === actionName);
  if (!action)
    return <NotFound message="This cannot be done with this record, or your roles do not allow it." back={back} />;
  return (
    <Box variant="transparent" className="record-page" mx="auto" width={action.containerWidth}>
      <ActionHeader resource={resource} action={action} record={record} actionPerformed={load} />
      <BaseActionComponent action={action} resource={resource} record={record} />
    </Box>
  );
}
