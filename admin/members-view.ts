/** One member of a team, told to the browser; types only, as both sides import it. */
export interface MemberView {
  user_id: string;
  user_name: string;
  user_email: string;
  is_manager: boolean;
}
