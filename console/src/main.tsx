import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { queryClient } from './app/queries.ts'
import { router } from './app/router.tsx'
import './app/styles.css'
import { ToastRoom } from './ui/toast.tsx'

// The console was built again since this page was loaded: its parts have other names now. Once is enough; a server that is away stays away.
addEventListener('vite:preloadError', (event) => {
  if (Date.now() - Number(sessionStorage.getItem('reloaded-at')) < 10_000) return
  event.preventDefault()
  sessionStorage.setItem('reloaded-at', String(Date.now()))
  location.reload()
})

const element = document.getElementById('root')
if (!element) throw new Error('index.html has no #root')

createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <ToastRoom>
        <RouterProvider router={router} />
      </ToastRoom>
    </QueryClientProvider>
  </StrictMode>,
)
