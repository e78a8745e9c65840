import java.util.EnumSet;
import javax.servlet.DispatcherType;
import org.apache.solr.servlet.CoreContainerProvider;
import org.apache.solr.servlet.SolrDispatchFilter;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.DefaultServlet;
import org.eclipse.jetty.servlet.FilterHolder;
import org.eclipse.jetty.servlet.ServletContextHandler;

/**
 * Solr's own request filter on an embedded Jetty, on the loopback interface only: Solr has no password here.
 * Takes the port as its one argument; SIGTERM closes the cores and ends it.
 */
public final class SolrServer {
  private static final String LOOPBACK = "127.0.0.1";
  private static final long STOP_TIMEOUT_MS = 10_000;

  private SolrServer() {}

  public static void main(String[] arguments) throws Exception {
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost(LOOPBACK);
    connector.setPort(Integer.parseInt(arguments[0]));
    server.addConnector(connector);

    ServletContextHandler solr = new ServletContextHandler();
    solr.setContextPath("/solr");
    solr.addEventListener(new CoreContainerProvider());
    solr.addFilter(new FilterHolder(SolrDispatchFilter.class), "/*", EnumSet.of(DispatcherType.REQUEST));
    // Jetty runs filters only in front of a servlet; this one answers 404 to what Solr leaves alone.
    solr.addServlet(DefaultServlet.class, "/");
    server.setHandler(solr);

    server.setStopTimeout(STOP_TIMEOUT_MS);
    server.setStopAtShutdown(true);
    server.start();
    server.join();
  }
}
