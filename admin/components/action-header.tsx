import { Badge, Box, ButtonGroup, H2 } from '@adminjs/design-system';
import {
  type ActionHeaderProps,
  type ActionJSON,
  actionHref,
  Breadcrumbs,
  buildActionClickHandler,
  buildActionTestId,
  useActionResponseHandler,
  useFilterDrawer,
  useModal,
  useTranslation,
} from 'adminjs';
import type { ComponentType } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { describePage } from './describe-page.ts';
import { usePageTitle } from './page-title.ts';

type Props = ActionHeaderProps & { OriginalComponent: ComponentType<ActionHeaderProps> };

/** The head of a page, with the name of what is shown where AdminJS has "View" and "New". */
export default function ActionHeader({ OriginalComponent, ...props }: Props) {
  // A drawer lies over a page that has its own head.
  const isPart = props.omitActions || props.action.showInDrawer;
  return isPart ? <OriginalComponent {...props} /> : <PageHeader {...props} />;
}

function PageHeader(props: ActionHeaderProps) {
  const { resource, record, action, tag, toggleFilter: hasFilter } = props;
  const translation = useTranslation();
  const { translateAction, translateButton, translateLabel } = translation;
  const { toggleFilter, filtersCount } = useFilterDrawer();
  const noun = translateLabel(resource.name, resource.id);
  const page = describePage(action, noun, record, translateAction(action.label, resource.id));
  usePageTitle(...page.title);
  const toButton = useActionButtons(props);
  const others = record ? record.recordActions : resource.resourceActions.filter(({ name }) => name !== 'list');
  const buttons = others.filter(({ name }) => name !== action.name).map(toButton);
  const filter = {
    label: translateButton(filtersCount > 0 ? 'filterActive' : 'filter', resource.id, { count: filtersCount }),
    icon: 'Filter',
    onClick: toggleFilter,
  };
  return (
    <Box data-css={`${resource.id}-${action.name}-action-header`}>
      <Box px={['default', 0]}>
        <Breadcrumbs resource={resource} actionName={action.name} record={record} />
      </Box>
      <Box display={['block', 'flex']}>
        <Box mt="lg" flexGrow={1} px={['default', 0]} style={{ minWidth: 0 }}>
          <H2 mb="lg" style={{ overflowWrap: 'anywhere' }}>
            {page.heading}
            {tag ? (
              <Badge variant="default" outline ml="default">
                {tag}
              </Badge>
            ) : null}
          </H2>
        </Box>
        <Box mt="xl" mb="default" px={['default', 0]} flexShrink={0}>
          <ButtonGroup buttons={hasFilter ? [...buttons, filter] : buttons} />
        </Box>
      </Box>
    </Box>
  );
}

/** A button for each action, as AdminJS makes them. */
function useActionButtons({ resource, record, actionPerformed }: ActionHeaderProps) {
  const navigate = useNavigate();
  const location = useLocation();
  const modalFunctions = useModal();
  const translateFunctions = useTranslation();
  const actionResponseHandler = useActionResponseHandler(actionPerformed);
  const params = { resourceId: resource.id, recordId: record?.id };
  const tools = { params, actionResponseHandler, navigate, location, translateFunctions, modalFunctions };
  return (action: ActionJSON) => ({
    icon: action.icon,
    label: translateFunctions.translateAction(action.label, resource.id),
    variant: action.variant,
    href: actionHref(action, params) ?? undefined,
    onClick: buildActionClickHandler({ ...tools, action }),
    'data-testid': buildActionTestId(action),
  });
}
